using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>
/// The last pattern of DeepSeek-V3 by hand: an ASCII sign with ASCII letters after it; letters and marks with one character before them; signs with a
/// space before and line breaks after them; white space. Digits and a few others are in no match.
/// </summary>
internal sealed class DeepSeekSplitter : Splitter
{
    private const uint Word = CharClass.Letter | CharClass.Mark;
    private const uint Signs = CharClass.Punctuation | CharClass.Symbol;

    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = true;
        if (Match(text, at) is var end and >= 0)
        {
            return end;
        }

        matched = false;
        do
        {
            _ = CharClass.At(text, at, out var length);
            at += length;
        }
        while (at < text.Length && Match(text, at) < 0);
        return at;
    }

    private static int Match(ReadOnlySpan<char> text, int at)
    {
        var first = CharClass.At(text, at, out var length);
        var kind = 1u << CharClass.Of(first);
        var after = at + length;
        if (first < 0x80 && (kind & Signs) != 0 && after < text.Length && char.IsAsciiLetter(text[after]))
        {
            while (after < text.Length && char.IsAsciiLetter(text[after]))
            {
                after++;
            }

            return after;
        }

        if ((kind & (CharClass.Letter | Signs)) == 0 && first is not ('\r' or '\n') && Run(text, after, Word) is var lead && lead > after)
        {
            return lead;
        }

        if ((kind & Word) != 0)
        {
            return Run(text, after, Word);
        }

        if ((kind & Signs) != 0)
        {
            return WhiteSpace.LineBreaks(text, Run(text, after, Signs), slashToo: false);
        }

        if (first == ' ' && Run(text, after, Signs) is var end && end > after)
        {
            return WhiteSpace.LineBreaks(text, end, slashToo: false);
        }

        return (kind & CharClass.Space) != 0 ? WhiteSpace.EndAtBreaks(text, at) : -1;
    }

    private static int Run(ReadOnlySpan<char> text, int at, uint mask)
    {
        while (at < text.Length && CharClass.Is(CharClass.At(text, at, out var length), mask))
        {
            at += length;
        }

        return at;
    }
}
