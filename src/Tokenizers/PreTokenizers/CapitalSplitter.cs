using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>
/// The patterns of Tekken and GPT-4o (o200k) by hand: like <see cref="WordSplitter"/>, but a word also ends where a lower-case letter is followed by a
/// capital, contractions stay with their word or are not looked for, and slashes are taken with the line breaks after signs.
/// </summary>
/// <param name="digits">How many digits stand together at most.</param>
/// <param name="contractions">Whether a contraction is taken with the word before it.</param>
internal sealed class CapitalSplitter(int digits, bool contractions) : Splitter
{
    private const uint NotSigns = CharClass.Letter | CharClass.Number | CharClass.Space;

    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = true;
        var first = CharClass.At(text, at, out var length);
        var kind = 1u << CharClass.Of(first);
        var after = at + length;
        var mayLead = (kind & (CharClass.Letter | CharClass.Number)) == 0 && first is not ('\r' or '\n');
        var word = mayLead ? LowerWord(text, after) : -1;
        word = word < 0 ? LowerWord(text, at) : word;
        word = word < 0 && mayLead ? UpperWord(text, after) : word;
        word = word < 0 ? UpperWord(text, at) : word;
        if (word >= 0)
        {
            return contractions && Contraction.AnyCase(text, word) is var contracted and >= 0 ? contracted : word;
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
            return WhiteSpace.LineBreaks(text, SignRun(text, after), slashToo: true);
        }

        if (first == ' ' && SignRun(text, after) is var end && end > after)
        {
            return WhiteSpace.LineBreaks(text, end, slashToo: true);
        }

        return WhiteSpace.EndAtBreaks(text, at);
    }

    // [head]*[tail]+ : the heads are taken greedily and given back until a tail can follow. Marks and caseless letters are both.
    private static int LowerWord(ReadOnlySpan<char> text, int at)
    {
        var i = at;
        var afterLastBoth = -1;
        while (i < text.Length)
        {
            var cls = CharClass.Of(CharClass.At(text, i, out var length));
            if (((CharClass.WordHead >> cls) & 1) == 0)
            {
                break;
            }

            i += length;
            afterLastBoth = ((CharClass.WordTail >> cls) & 1) != 0 ? i : afterLastBoth;
        }

        var end = TailRun(text, i);
        return end > i ? end : afterLastBoth;
    }

    // [head]+[tail]*
    private static int UpperWord(ReadOnlySpan<char> text, int at)
    {
        var i = at;
        while (i < text.Length && CharClass.Is(CharClass.At(text, i, out var length), CharClass.WordHead))
        {
            i += length;
        }

        return i > at ? TailRun(text, i) : -1;
    }

    private static int TailRun(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && CharClass.Is(CharClass.At(text, at, out var length), CharClass.WordTail))
        {
            at += length;
        }

        return at;
    }

    private static int SignRun(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && !CharClass.Is(CharClass.At(text, at, out var length), NotSigns))
        {
            at += length;
        }

        return at;
    }
}
