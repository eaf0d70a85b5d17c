using System.Numerics;
using System.Runtime.CompilerServices;

namespace LoraDiff.Tokenizers.Models;

/// <summary>Pairs of token ids → rank and merged id, by open addressing.</summary>
internal sealed class MergeTable
{
    private Entry[] _entries = [];
    private int _shift;
    private int _mask;
    private int _count;

    /// <param name="merges">How many merges to expect; more are possible.</param>
    public MergeTable(int merges) => Resize(BitOperations.RoundUpToPowerOf2((uint)Math.Max(merges * 3 / 2, 16)));

    /// <summary>Adds a merge; a pair given twice keeps the later rank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(int left, int right, int rank, int merged)
    {
        var key = Key(left, right);
        var index = Index(key);
        while (_entries[index].Key != 0 && _entries[index].Key != key)
        {
            index = (index + 1) & _mask;
        }

        _count += _entries[index].Key == 0 ? 1 : 0;
        _entries[index] = new Entry(key, rank, merged);
        if (_count * 4 > _entries.Length * 3)
        {
            Grow();
        }
    }

    /// <summary>Brings the place of a pair into the processor's cache; what it returns means nothing.</summary>
    public int Touch(int left, int right) => _entries[Index(Key(left, right))].Rank;

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

    private void Grow()
    {
        var old = _entries;
        Resize((uint)old.Length * 2);
        foreach (var entry in old)
        {
            if (entry.Key != 0)
            {
                var index = Index(entry.Key);
                while (_entries[index].Key != 0)
                {
                    index = (index + 1) & _mask;
                }

                _entries[index] = entry;
            }
        }
    }

    private void Resize(uint size)
    {
        _entries = new Entry[size];
        _mask = (int)size - 1;
        _shift = 64 - BitOperations.Log2(size);
    }

    private readonly record struct Entry(ulong Key, int Rank, int Merged);
}
