namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>Matches one text as it stands.</summary>
internal sealed class LiteralSplitter(string literal) : Splitter
{
    public override int Next(ReadOnlySpan<char> text, int at, out bool matched)
    {
        matched = literal.Length > 0 && text[at..].StartsWith(literal, StringComparison.Ordinal);
        if (matched)
        {
            return at + literal.Length;
        }

        var next = literal.Length > 0 ? text[at..].IndexOf(literal, StringComparison.Ordinal) : -1;
        return next < 0 ? text.Length : at + next;
    }
}
