namespace LoraDiff.Tokenizers.Models;

/// <summary>
/// The ids of words that took merging, in a table where each hash has one place and a newcomer takes it. Readers and writers need no lock: an entry
/// never changes once it is visible.
/// </summary>
internal sealed class WordCache
{
    /// <summary>Longer words are not worth keeping.</summary>
    public const int MaximumBytes = 64;

    private const int Size = 1 << 15;

    private readonly Entry?[] _entries = new Entry?[Size];

    /// <summary>The ids of a word, or null.</summary>
    public int[]? Find(ReadOnlySpan<byte> word, uint hash)
    {
        var entry = Volatile.Read(ref _entries[hash & (Size - 1)]);
        return entry is not null && entry.Word.AsSpan().SequenceEqual(word) ? entry.Ids : null;
    }

    public void Add(ReadOnlySpan<byte> word, uint hash, ReadOnlySpan<int> ids)
    {
        if (word.Length <= MaximumBytes)
        {
            Volatile.Write(ref _entries[hash & (Size - 1)], new Entry(word.ToArray(), ids.ToArray()));
        }
    }

    private sealed record Entry(byte[] Word, int[] Ids);
}
