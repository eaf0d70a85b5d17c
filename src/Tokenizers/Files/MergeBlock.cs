using System.Runtime.CompilerServices;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers.Files;

/// <summary>
/// Looks tokens up for a few dozen merges at a time: first their places in the tables are touched, all at once, so that the processor waits for
/// memory once for many and not once for each.
/// </summary>
internal sealed class MergeBlock(Vocabulary vocabulary, MergeTable merges, Func<ReadOnlySpan<byte>, int, TokenizerException> missing)
{
    private const int Size = 32;

    private readonly Item[] _items = new Item[Size];
    private readonly (int Left, int Right, int Merged)[] _pairs = new (int, int, int)[Size];
    private byte[] _bytes = new byte[Size * 64];
    private int _used;
    private int _count;
    private int _nextId;
    private int _touched;

    /// <summary>Adds a merge of two tokens' bytes; the last part of the right one, without the prefix, is what is appended to the left one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int prefix, int rank)
    {
        if (_used + left.Length + right.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, (_used + left.Length + right.Length) * 2);
        }

        left.CopyTo(_bytes.AsSpan(_used));
        right.CopyTo(_bytes.AsSpan(_used + left.Length));
        _items[_count++] = new Item(_used, left.Length, right.Length, Math.Min(prefix, right.Length), rank, Vocabulary.Hash(left), Vocabulary.Hash(right));
        _used += left.Length + right.Length;
        if (_count == Size)
        {
            Flush();
        }
    }

    /// <summary>Puts the merges collected so far into the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Flush()
    {
        foreach (ref readonly var item in _items.AsSpan(0, _count))
        {
            _touched += vocabulary.Touch(item.LeftHash) + vocabulary.Touch(item.RightHash);
        }

        for (var i = 0; i < _count; i++)
        {
            _pairs[i] = Resolve(_items[i]);
            _touched += merges.Touch(_pairs[i].Left, _pairs[i].Right);
        }

        for (var i = 0; i < _count; i++)
        {
            merges.Add(_pairs[i].Left, _pairs[i].Right, _items[i].Rank, _pairs[i].Merged);
        }

        (_count, _used) = (0, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private (int Left, int Right, int Merged) Resolve(in Item item)
    {
        var left = _bytes.AsSpan(item.Start, item.Left);
        var right = _bytes.AsSpan(item.Start + item.Left, item.Right);
        ReadOnlySpan<byte> whole = item.Prefix == 0 ? _bytes.AsSpan(item.Start, item.Left + item.Right) : [.. left, .. right[item.Prefix..]];
        var leftId = vocabulary.Find(left, item.LeftHash);
        var rightId = vocabulary.Find(right, item.RightHash);

        // Most merges make the tokens in the order of their ids, and comparing with the next is cheaper than searching.
        var merged = vocabulary.Has(_nextId) && vocabulary.Bytes(_nextId).SequenceEqual(whole) ? _nextId : vocabulary.Find(whole);
        if (leftId < 0 || rightId < 0 || merged < 0)
        {
            throw missing(whole, item.Rank);
        }

        _nextId = merged + 1;
        return (leftId, rightId, merged);
    }

    private readonly record struct Item(int Start, int Left, int Right, int Prefix, int Rank, uint LeftHash, uint RightHash);
}
