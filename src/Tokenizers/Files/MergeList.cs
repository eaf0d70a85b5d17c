using System.Runtime.CompilerServices;
using System.Text;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers.Files;

/// <summary>
/// The "merges" of a tokenizer.json, read without the vocabulary that they name, so that another processor can do it while the vocabulary is read; then looked up, a few dozen at a time: first their
/// places in the tables are touched, all at once, so that the processor waits for memory once for many and not once for each.
/// </summary>
internal sealed class MergeList
{
    private const int Together = 32;
    private const int WorthSharing = 20_000;
    private const int Parts = 16;

    private readonly List<(int Rank, byte[] Left, byte[] Right)> _odd = [];
    private readonly bool _byteLevel;
    private Item[] _items;
    private byte[] _bytes;
    private byte[] _left = new byte[256];
    private byte[] _right = new byte[256];
    private int _used;
    private int _count;
    private int _rank;
    private MergeTable _table = new(0);

    private MergeList(bool byteLevel, int length)
    {
        _byteLevel = byteLevel;
        _items = GC.AllocateUninitializedArray<Item>(Math.Max(length / 24, 16));
        _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(length / 2, 256));
    }

    /// <summary>Where the scanner stood when the list began, and after its end.</summary>
    public (int Start, int End) Range { get; private set; }

    /// <summary>Takes the array that the scanner stands at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static MergeList Read(ref JsonScanner scanner, bool byteLevel)
    {
        scanner.Peek();
        var start = scanner.Position;
        var list = new MergeList(byteLevel, scanner.Length - start);
        scanner.Expect('[');
        for (var more = !scanner.TryClose(']'); more; more = scanner.Another(']'))
        {
            list.ReadMerge(ref scanner);
        }

        list._table = new MergeTable(list._count);
        list.Range = (start, scanner.Position);
        return list;
    }

    /// <summary>Looks the tokens up: the table of the merges.</summary>
    public MergeTable Resolve(Vocabulary vocabulary, int prefix, IReadOnlyDictionary<int, string> oddTokens)
    {
        foreach (var (rank, left, right) in _odd)
        {
            // A merge of odd tokens can never happen in text; it only has to name tokens that are there.
            if (!oddTokens.Values.Contains(Encoding.UTF8.GetString([.. left, .. right[Math.Min(prefix, right.Length)..]])))
            {
                throw new TokenizerException($"Merge {rank} makes '{Encoding.UTF8.GetString([.. left, .. right])}', which is not in the vocabulary.");
            }
        }

        var parts = _count >= WorthSharing ? Parts : 1;
        var missing = new int[parts];
        Parallel.For(0, parts, part => missing[part] = Resolve(vocabulary, prefix, (int)((long)_count * part / parts), (int)((long)_count * (part + 1) / parts)));
        return Array.FindIndex(missing, m => m >= 0) is >= 0 and var first ? throw OutOfVocabulary(_items[missing[first]], prefix) : _table;
    }

    /// <summary>Looks up a stretch of the merges; returns the index of one that names a token that is not there, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Resolve(Vocabulary vocabulary, int prefix, int from, int to)
    {
        var (touched, next) = (0, -1);
        var found = new Merge[Together];
        byte[] whole = new byte[256];
        for (var block = from; block < to; block += Together)
        {
            var items = _items.AsSpan(block, Math.Min(Together, to - block));
            foreach (ref readonly var item in items)
            {
                touched += vocabulary.Touch(item.LeftHash) + vocabulary.Touch(item.RightHash);
            }

            for (var i = 0; i < items.Length; i++)
            {
                ref readonly var item = ref items[i];
                var left = _bytes.AsSpan(item.Start, item.Left);
                var right = _bytes.AsSpan(item.Start + item.Left, item.Right);
                ReadOnlySpan<byte> both = _bytes.AsSpan(item.Start, item.Left + item.Right);
                if (prefix > 0)
                {
                    whole = whole.Length < both.Length ? new byte[both.Length * 2] : whole;
                    left.CopyTo(whole);
                    right[Math.Min(prefix, right.Length)..].CopyTo(whole.AsSpan(left.Length));
                    both = whole.AsSpan(0, both.Length - Math.Min(prefix, right.Length));
                }

                // Most merges make the tokens in the order of their ids, and comparing with the next is cheaper than searching.
                var merged = vocabulary.Has(next) && vocabulary.Bytes(next).SequenceEqual(both) ? next : vocabulary.Find(both);
                found[i] = new Merge(vocabulary.Find(left, item.LeftHash), vocabulary.Find(right, item.RightHash), merged);
                if (found[i].Left < 0 || found[i].Right < 0 || merged < 0)
                {
                    return block + i;
                }

                touched += _table.Touch(found[i].Left, found[i].Right);
                next = merged + 1;
            }

            for (var i = 0; i < items.Length; i++)
            {
                _table.Add(found[i].Left, found[i].Right, items[i].Rank, found[i].Merged);
            }
        }

        GC.KeepAlive(touched);
        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadMerge(ref JsonScanner scanner)
    {
        if (scanner.Peek() == '"')
        {
            var pair = Text(ref scanner, ref _left);
            var space = pair.IndexOf((byte)' ');
            if (space < 0 || pair[(space + 1)..].Contains((byte)' '))
            {
                throw new TokenizerException($"Merge {_rank} is '{Encoding.UTF8.GetString(pair)}'; it should be two tokens with one space between them.");
            }

            Add(pair[..space], pair[(space + 1)..]);
            return;
        }

        scanner.Expect('[');
        var left = Text(ref scanner, ref _left);
        scanner.Expect(',');
        var right = Text(ref scanner, ref _right);
        scanner.Expect(']');
        Add(left, right);
    }

    // The string that follows, unescaped; it holds until the buffer's next use.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ReadOnlySpan<byte> Text(ref JsonScanner scanner, ref byte[] buffer)
    {
        var text = scanner.ReadString(out var escaped);
        if (!escaped)
        {
            return text;
        }

        buffer = buffer.Length < text.Length ? new byte[text.Length * 2] : buffer;
        return buffer.AsSpan(0, scanner.Unescape(text, buffer));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (_used + left.Length + right.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_used + left.Length + right.Length, _bytes.Length * 2));
        }

        var target = _bytes.AsSpan(_used);
        var (leftLength, rightLength) = (left.Length, right.Length);
        if (!_byteLevel)
        {
            left.CopyTo(target);
            right.CopyTo(target[left.Length..]);
        }
        else if (!ByteAlphabet.TryRead(left, target, out leftLength) || !ByteAlphabet.TryRead(right, target[leftLength..], out rightLength))
        {
            _odd.Add((_rank++, left.ToArray(), right.ToArray()));
            return;
        }

        if (_count == _items.Length)
        {
            Array.Resize(ref _items, _count * 2);
        }

        _items[_count++] = new Item(_used, leftLength, rightLength, _rank++, Vocabulary.Hash(target[..leftLength]), Vocabulary.Hash(target.Slice(leftLength, rightLength)));
        _used += leftLength + rightLength;
    }

    private TokenizerException OutOfVocabulary(in Item item, int prefix)
    {
        var right = _bytes.AsSpan(item.Start + item.Left, item.Right);
        byte[] whole = [.. _bytes.AsSpan(item.Start, item.Left), .. right[Math.Min(prefix, right.Length)..]];
        return new($"Merge {item.Rank} makes '{(_byteLevel ? ByteAlphabet.Write(whole) : Encoding.UTF8.GetString(whole))}' of parts of which one, or itself, is not in the vocabulary.");
    }

    private readonly record struct Item(int Start, int Left, int Right, int Rank, uint LeftHash, uint RightHash);

    private readonly record struct Merge(int Left, int Right, int Merged);
}
