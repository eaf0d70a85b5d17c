using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>How the common patterns cut white space and line breaks.</summary>
internal static class WhiteSpace
{
    /// <summary>The end of a run of CR, LF and, if asked for, slashes.</summary>
    public static int LineBreaks(ReadOnlySpan<char> text, int at, bool slashToo)
    {
        while (at < text.Length && (text[at] is '\r' or '\n' || (slashToo && text[at] == '/')))
        {
            at++;
        }

        return at;
    }

    /// <summary>The end of what <c>\s*[\r\n]+|\s+(?!\S)|\s+</c> matches at a white-space character. All white space is in the BMP.</summary>
    /// <remarks><c>\s*[\r\n]|\s+(?!\S)|\s</c> matches the same.</remarks>
    public static int EndAtBreaks(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        var lastBreak = -1;
        while (end < text.Length && CharClass.Is(text[end], CharClass.Space))
        {
            lastBreak = text[end] is '\r' or '\n' ? end : lastBreak;
            end++;
        }

        return lastBreak >= 0 ? lastBreak + 1 : EndWithoutBreaks(text, at, end);
    }

    /// <summary>The same where line breaks are white space like any other: <c>\s+(?!\S)|\s+</c>.</summary>
    public static int End(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && CharClass.Is(text[end], CharClass.Space))
        {
            end++;
        }

        return EndWithoutBreaks(text, at, end);
    }

    // The last white space before a word stays with the word, unless it is the only one.
    private static int EndWithoutBreaks(ReadOnlySpan<char> text, int at, int end)
        => end < text.Length && end - at > 1 ? end - 1 : end;
}
