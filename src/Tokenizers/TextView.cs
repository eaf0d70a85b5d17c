namespace LoraDiff.Tokenizers;

/// <summary>Text on its way to the model: what it looks like now and which part of the source each character stands for.</summary>
internal sealed class TextView
{
    private readonly int[]? _starts;
    private readonly int[]? _ends;

    /// <summary>Text as it stands in the source from <paramref name="origin"/> on.</summary>
    public TextView(ReadOnlyMemory<char> chars, int origin)
    {
        Chars = chars;
        Origin = origin;
    }

    /// <summary>Rewritten text. The maps may be null when nobody asks for offsets.</summary>
    public TextView(ReadOnlyMemory<char> chars, int origin, int[]? starts, int[]? ends)
        : this(chars, origin)
    {
        _starts = starts;
        _ends = ends;
    }

    public ReadOnlyMemory<char> Chars { get; }

    /// <summary>Where in the source this text begins.</summary>
    public int Origin { get; }

    public int Length => Chars.Length;

    public int SourceStart(int index) => _starts is null ? Origin + index : _starts[index];

    public int SourceEnd(int index) => _ends is null ? Origin + index + 1 : _ends[index];
}
