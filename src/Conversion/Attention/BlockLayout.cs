namespace LoraDiff.Conversion.Attention;

/// <summary>Which block each position of a document is in. Blocks have one size; the first may be cut off by the document's start and the last by its end.</summary>
public sealed class BlockLayout
{
    private readonly int _shift;   // positions that the first block lacks at its left end

    /// <summary>Lays a grid over a document.</summary>
    /// <param name="length">Positions of the document, at least 1.</param>
    /// <param name="blockSize">Positions per block, at least 1.</param>
    /// <param name="origin">A position where a block starts, on either side of which the grid continues; 0 anchors it at the document's start.</param>
    public BlockLayout(int length, int blockSize, int origin = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        ArgumentOutOfRangeException.ThrowIfNegative(origin);
        (Length, BlockSize, Origin) = (length, blockSize, origin);
        _shift = (blockSize - (origin % blockSize)) % blockSize;
        Count = BlockOf(length - 1) + 1;
    }

    /// <summary>Positions of the document.</summary>
    public int Length { get; }

    /// <summary>Positions of a whole block.</summary>
    public int BlockSize { get; }

    /// <summary>A position where a block starts.</summary>
    public int Origin { get; }

    /// <summary>Number of blocks, K.</summary>
    public int Count { get; }

    /// <summary>The block that holds a position, counted from the document's start.</summary>
    public int BlockOf(int position) => (position + _shift) / BlockSize;

    /// <summary>Place of a position within its block, counted from where the whole block would start.</summary>
    public int IndexInBlock(int position) => (position + _shift) % BlockSize;

    /// <summary>First position of a block.</summary>
    public int Start(int block) => Math.Max(0, (block * BlockSize) - _shift);

    /// <summary>The position after the last of a block.</summary>
    public int End(int block) => (int)Math.Min(Length, ((block + 1L) * BlockSize) - _shift);

    /// <summary>Whether a position is the first of its block.</summary>
    public bool StartsBlock(int position) => Start(BlockOf(position)) == position;

    /// <summary>The smallest length at least <paramref name="length"/> at which a document ends together with a block.</summary>
    public static int WholeBlocks(int length, int blockSize, int origin)
    {
        var over = (length - origin) % blockSize;
        return over == 0 ? length : length + (over > 0 ? blockSize - over : -over);
    }
}
