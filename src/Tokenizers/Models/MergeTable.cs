using System.Numerics;
using System.Runtime.CompilerServices;

namespace LoraDiff.Tokenizers.Models;

/// <summary>Pairs of token ids → rank and merged id, by open addressing. Several threads may add at once.</summary>
internal sealed class MergeTable
{
    private readonly Entry[] _entries;
    private readonly int _shift;
    private readonly int _mask;

    /// <param name="merges">How many merges will be added at most.</param>
    public MergeTable(int merges)
    {
        var size = BitOperations.RoundUpToPowerOf2((uint)Math.Max(merges * 3L / 2, 16));
        _entries = new Entry[size];
        _mask = (int)size - 1;
        _shift = 64 - BitOperations.Log2(size);

        // Fresh memory that is read before it is written to costs the system twice, and stops the other processors each time: write first.
        Array.Clear(_entries);
    }

    /// <summary>Adds a merge; a pair given twice keeps the later rank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int left, int right, int rank, int merged)
    {
        var key = Key(left, right);
        var index = Index(key);
        while (true)
        {
            ref var entry = ref _entries[index];
            var there = Interlocked.CompareExchange(ref entry.Key, key, 0);
            if (there == 0 || there == key)
            {
                Put(ref entry.Value, ((ulong)(uint)(rank + 1) << 32) | (uint)merged);
                return;
            }

            index = (index + 1) & _mask;
        }
    }

    /// <summary>Brings the place of a pair into the processor's cache; what it returns means nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Touch(int left, int right) => (int)_entries[Index(Key(left, right))].Value;

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
                merged = (int)entry.Value;
                return (int)(entry.Value >> 32) - 1;
            }

            if (entry.Key == 0)
            {
                merged = -1;
                return int.MaxValue;
            }
        }
    }

    // Ids are below 2^31, and one is added so that no key is 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Key(int left, int right) => ((ulong)(uint)(left + 1) << 32) | (uint)right;

    // The rank is in the upper half, one more than it is: the largest value is the latest, and 0 is none.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ref ulong place, ulong value)
    {
        for (var there = Interlocked.CompareExchange(ref place, value, 0); there != 0 && there < value;)
        {
            var before = there;
            there = Interlocked.CompareExchange(ref place, value, before);
            if (there == before)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Index(ulong key) => (int)((key * 0x9E3779B97F4A7C15) >> _shift);

    private struct Entry
    {
        public ulong Key;
        public ulong Value;
    }
}
