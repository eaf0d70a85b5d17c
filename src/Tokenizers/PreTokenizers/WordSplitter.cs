using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>
/// The pattern of Qwen, Llama 3 and GPT-4 by hand: contraction; letters with one sign before them; up to n digits; signs with a space before and line
/// breaks after them; white space up to its last line break; white space but for its last character; white space. Every character is in some match.
/// </summary>
/// <param name="letters">What words are made of: letters, or letters and marks.</param>
/// <param name="digits">How many digits stand together at most.</param>
internal sealed class WordSplitter(uint letters, int digits) : Splitter
{
    private readonly uint _notSigns = letters | CharClass.Number | CharClass.Space;

    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = true;
        var first = CharClass.At(text, at, out var length);
        if (first == '\'' && Contraction.AnyCase(text, at) is var contracted and >= 0)
        {
            return contracted;
        }

        var kind = 1u << CharClass.Of(first);
        var after = at + length;
        if ((kind & CharClass.Letter) != 0)
        {
            return Run(text, after, letters);
        }

        // One character that is no letter, digit or line break may stand before letters.
        if ((kind & CharClass.Number) == 0 && first is not ('\r' or '\n') && after < text.Length
            && CharClass.Is(CharClass.At(text, after, out var nextLength), letters))
        {
            return Run(text, after + nextLength, letters);
        }

        if ((kind & letters) != 0)
        {
            return Run(text, after, letters);
        }

        if ((kind & CharClass.Number) != 0)
        {
            for (var count = 1; count < digits && after < text.Length && CharClass.Is(CharClass.At(text, after, out length), CharClass.Number); count++)
            {
                after += length;
            }

            return after;
        }

        if ((kind & CharClass.Space) == 0)
        {
            return WhiteSpace.LineBreaks(text, SignRun(text, after), false);
        }

        if (first == ' ' && after < text.Length && !CharClass.Is(CharClass.At(text, after, out nextLength), _notSigns))
        {
            return WhiteSpace.LineBreaks(text, SignRun(text, after + nextLength), false);
        }

        return WhiteSpace.EndAtBreaks(text, at);
    }

    private static int Run(ReadOnlySpan<char> text, int at, uint mask)
    {
        while (at < text.Length && CharClass.Is(CharClass.At(text, at, out var length), mask))
        {
            at += length;
        }

        return at;
    }

    private int SignRun(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && !CharClass.Is(CharClass.At(text, at, out var length), _notSigns))
        {
            at += length;
        }

        return at;
    }
}
