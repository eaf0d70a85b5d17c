using System.Numerics;
using System.Runtime.CompilerServices;

namespace LoraDiff.Tokenizers.Models;

/// <summary>Pairs of token ids → rank and merged id, by open addressing.</summary>
internal sealed class MergeTable
{
    private readonly Entry[] _entries;
    private readonly int _shift;
    private readonly int _mask;

    public MergeTable(int merges)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(merges * 2, 16));
        _entries = new Entry[size];
        _mask = (int)size - 1;
        _shift = 64 - BitOperations.Log2(size);
    }

    /// <summary>Adds a merge; a pair given twice keeps the later rank.</summary>
    public void Add(int left, int right, int rank, int merged)
    {
        var key = Key(left, right);
        var index = Index(key);
        while (_entries[index].Key != 0 && _entries[index].Key != key)
        {
            index = (index + 1) & _mask;
        }

        _entries[index] = new Entry(key, rank, merged);
    }

    /// <summary>The rank of a merge, or int.MaxValue where the pair does not merge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(int left, int right, out int merged)
    {
        var key = Key(left, right);
        var entries = _entries;
        for (var index = Index(key); ; index = (index + 1) & _mask)
        {
            ref var entry = ref entries[index];
            if (entry.Key == key)
            {
                merged = entry.Merged;
                return entry.Rank;
            }

            if (entry.Key == 0)
            {
                merged = -1;
                return int.MaxValue;
            }
        }
    }

    // Ids are below 2^31, and one is added so that no key is 0.
    private static ulong Key(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)right;

    private int Index(ulong key) => (int)((key * 0x9E3779B97F4A7C15) >> _shift);

    private readonly record struct Entry(ulong Key, int Rank, int Merged);
}
