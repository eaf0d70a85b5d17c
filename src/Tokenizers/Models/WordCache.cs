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

    private readonly CachedWord?[] _entries = new CachedWord?[Size];

    /// <summary>What is known of a word, or null.</summary>
    public CachedWord? Find(ReadOnlySpan<byte> word, uint hash)
    {
        var entry = Volatile.Read(ref _entries[hash & (Size - 1)]);
        return entry is not null && entry.Word.AsSpan().SequenceEqual(word) ? entry : null;
    }

    /// <summary>Keeps a word's ids and, where they are known, the bytes at which they end.</summary>
    public void Add(ReadOnlySpan<byte> word, uint hash, ReadOnlySpan<int> ids, int[]? ends)
    {
        if (word.Length <= MaximumBytes)
        {
            Volatile.Write(ref _entries[hash & (Size - 1)], new CachedWord(word.ToArray(), ids.ToArray(), ends));
        }
    }
}
