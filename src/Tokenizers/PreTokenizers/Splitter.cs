namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>Finds the matches of a pattern in a piece of text. Thread-safe.</summary>
internal abstract class Splitter
{
    /// <summary>
    /// The end of the stretch that begins at <paramref name="at"/>: a match that begins there, or the text up to the next match or the end.
    /// A match is never empty.
    /// </summary>
    public abstract int Next(ReadOnlySpan<char> text, int at, out bool matched);
}
