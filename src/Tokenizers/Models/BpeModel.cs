using System.Buffers;
using System.Globalization;
using System.Text;

namespace LoraDiff.Tokenizers.Models;

/// <summary>Byte-pair encoding: a word's symbols are joined pair by pair, the pair of lowest rank first, the leftmost of equals.</summary>
internal sealed class BpeModel
{
    private const byte Unchecked = 0;
    private const byte Whole = 1;
    private const byte Split = 2;

    // Up to this many symbols the lowest rank is found by looking at all of them; beyond, a heap wins.
    private const int SmallWord = 48;

    private readonly MergeTable _merges;
    private readonly BpeOptions _options;
    private readonly byte[] _whole;
    private readonly int[] _byteIds = new int[256];
    private readonly int[] _fallbackIds = new int[256];
    private readonly byte[] _prefix;
    private readonly byte[] _suffix;
    private readonly int _unknown;
    private readonly WordCache _cache = new();

    public BpeModel(Vocabulary vocabulary, MergeTable merges, BpeOptions options)
    {
        (Vocabulary, _merges, _options) = (vocabulary, merges, options);
        _whole = new byte[vocabulary.IdLimit];
        _prefix = Encoding.UTF8.GetBytes(options.ContinuingSubwordPrefix);
        _suffix = Encoding.UTF8.GetBytes(options.EndOfWordSuffix);
        _unknown = options.UnknownToken is { } unknown ? Find(unknown) : -1;
        for (var value = 0; value < 256; value++)
        {
            _byteIds[value] = vocabulary.Find([(byte)value]);
            _fallbackIds[value] = options.ByteFallback ? Find("<0x" + value.ToString("X2", CultureInfo.InvariantCulture) + ">") : -1;
        }
    }

    public Vocabulary Vocabulary { get; }

    public BpeOptions Options => _options;

    /// <summary>The id of a token given as text, or −1.</summary>
    public int Find(string token)
        => Vocabulary.Find(_options.ByteLevel ? ByteAlphabet.Decode(token) : Encoding.UTF8.GetBytes(token));

    /// <summary>Adds the ids of one word.</summary>
    public void AppendIds(ReadOnlySpan<byte> word, List<int> ids)
    {
        if (word.IsEmpty)
        {
            return;
        }

        var hash = Vocabulary.Hash(word);
        var id = Vocabulary.Find(word, hash);
        if (id >= 0 && (_options.IgnoreMerges || _whole[id] == Whole))
        {
            ids.Add(id);
            return;
        }

        if ((id < 0 || _whole[id] == Split) && _cache.Find(word, hash) is { } known)
        {
            ids.AddRange(known.Ids);
            return;
        }

        var before = ids.Count;
        Merge(word, ids, null);
        var made = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[before..];
        if (id >= 0 && _whole[id] == Unchecked)
        {
            _whole[id] = made.Length == 1 && made[0] == id ? Whole : Split;
        }

        _cache.Add(word, hash, made, null);
    }

    /// <summary>Adds the ids of one word and, for each, where in the word it ends, in bytes.</summary>
    public void AppendTokens(ReadOnlySpan<byte> word, List<int> ids, List<int> ends)
    {
        if (word.IsEmpty)
        {
            return;
        }

        var hash = Vocabulary.Hash(word);
        var id = Vocabulary.Find(word, hash);
        if (id >= 0 && (_options.IgnoreMerges || _whole[id] == Whole))
        {
            ids.Add(id);
            ends.Add(word.Length);
            return;
        }

        if ((id < 0 || _whole[id] == Split) && _cache.Find(word, hash) is { Ends: { } knownEnds } known)
        {
            ids.AddRange(known.Ids);
            ends.AddRange(knownEnds);
            return;
        }

        var (before, endsBefore) = (ids.Count, ends.Count);
        Merge(word, ids, ends);
        var made = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ids)[before..];
        if (id >= 0 && _whole[id] == Unchecked)
        {
            _whole[id] = made.Length == 1 && made[0] == id ? Whole : Split;
        }

        _cache.Add(word, hash, made, [.. System.Runtime.InteropServices.CollectionsMarshal.AsSpan(ends)[endsBefore..]]);
    }

    private void Merge(ReadOnlySpan<byte> word, List<int> ids, List<int>? ends)
    {
        var rented = ArrayPool<Symbol>.Shared.Rent(word.Length * (1 + _prefix.Length + _suffix.Length));
        try
        {
            var symbols = rented.AsSpan(0, Fill(word, rented));
            symbols = symbols.Length <= SmallWord ? MergeSmall(symbols) : MergeLarge(symbols);
            var end = 0;
            foreach (ref readonly var symbol in symbols)
            {
                end += symbol.Bytes;
                ids.Add(symbol.Id);
                ends?.Add(end);
            }
        }
        finally
        {
            ArrayPool<Symbol>.Shared.Return(rented);
        }
    }

    // What to merge at i with its right neighbour is kept in Previous (rank) and Next (merged id).
    private Span<Symbol> MergeSmall(Span<Symbol> symbols)
    {
        for (var i = 0; i < symbols.Length; i++)
        {
            Rank(symbols, i);
        }

        while (true)
        {
            var best = int.MaxValue;
            var at = -1;
            for (var i = 0; i < symbols.Length - 1; i++)
            {
                if (symbols[i].Previous < best)
                {
                    best = symbols[i].Previous;
                    at = i;
                }
            }

            if (at < 0)
            {
                return symbols;
            }

            symbols[at].Id = symbols[at].Next;
            symbols[at].Bytes += symbols[at + 1].Bytes;
            symbols[(at + 2)..].CopyTo(symbols[(at + 1)..]);
            symbols = symbols[..^1];
            Rank(symbols, at);
            if (at > 0)
            {
                Rank(symbols, at - 1);
            }
        }
    }

    private void Rank(Span<Symbol> symbols, int i)
    {
        ref var symbol = ref symbols[i];
        symbol.Previous = i + 1 < symbols.Length ? _merges.Find(symbol.Id, symbols[i + 1].Id, out symbol.Next) : int.MaxValue;
    }

    private Span<Symbol> MergeLarge(Span<Symbol> symbols)
    {
        var queue = new MergeQueue(symbols.Length);
        for (var i = 0; i < symbols.Length; i++)
        {
            symbols[i].Previous = i - 1;
            symbols[i].Next = i + 1 < symbols.Length ? i + 1 : -1;
            Offer(queue, symbols, i);
        }

        queue.Order();
        while (queue.TryTake(out var at, out var merged))
        {
            ref var left = ref symbols[at];
            if (left.Id < 0 || left.Next < 0)
            {
                continue;
            }

            ref var right = ref symbols[left.Next];
            if (_merges.Find(left.Id, right.Id, out var current) == int.MaxValue || current != merged)
            {
                continue;
            }

            left.Id = merged;
            left.Bytes += right.Bytes;
            left.Next = right.Next;
            right.Id = -1;
            if (left.Next >= 0)
            {
                symbols[left.Next].Previous = at;
            }

            Offer(queue, symbols, at);
            if (left.Previous >= 0)
            {
                Offer(queue, symbols, left.Previous);
            }
        }

        // The list only runs to the right, so the compacted front never overtakes what is still to be read.
        var count = 0;
        for (var i = 0; i >= 0;)
        {
            var next = symbols[i].Next;
            symbols[count++] = symbols[i];
            i = next;
        }

        return symbols[..count];
    }

    private void Offer(MergeQueue queue, Span<Symbol> symbols, int at)
    {
        ref var left = ref symbols[at];
        if (left.Next >= 0 && _merges.Find(left.Id, symbols[left.Next].Id, out var merged) is var rank and not int.MaxValue)
        {
            queue.Add(rank, at, merged);
        }
    }

    /// <summary>A word's first symbols: its bytes or its characters, or what stands for those that are not in the vocabulary.</summary>
    private int Fill(ReadOnlySpan<byte> word, Symbol[] symbols)
    {
        if (_options.ByteLevel && _prefix.Length == 0 && _suffix.Length == 0 && _options.UnknownToken is null)
        {
            var count = 0;
            foreach (var value in word)
            {
                if (_byteIds[value] >= 0)
                {
                    symbols[count++] = new Symbol { Id = _byteIds[value], Bytes = 1 };
                }
            }

            return count;
        }

        return FillCharacters(word, symbols);
    }

    private int FillCharacters(ReadOnlySpan<byte> word, Symbol[] symbols)
    {
        var count = 0;
        var unknownBytes = 0;
        for (var start = 0; start < word.Length;)
        {
            var length = 1;
            if (!_options.ByteLevel)
            {
                Rune.DecodeFromUtf8(word[start..], out _, out length);
            }

            var text = word.Slice(start, length);
            var isFirst = start == 0;
            start += length;
            if ((!isFirst && _prefix.Length > 0) || (start == word.Length && _suffix.Length > 0))
            {
                text = Affix(text, isFirst ? [] : _prefix, start == word.Length ? _suffix : []);
            }

            var id = text.Length == 1 ? _byteIds[text[0]] : Vocabulary.Find(text);
            if (id >= 0)
            {
                Flush(symbols, ref count, ref unknownBytes);
                symbols[count++] = new Symbol { Id = id, Bytes = length };
            }
            else if (HasFallback(text))
            {
                // As in the Rust library, an unknown character before these stays pending and comes after them.
                foreach (var value in text)
                {
                    symbols[count++] = new Symbol { Id = _fallbackIds[value], Bytes = 1 };
                }
            }
            else if (_options.UnknownToken is not null)
            {
                if (!_options.FuseUnknown)
                {
                    Flush(symbols, ref count, ref unknownBytes);
                }

                unknownBytes += length;
            }
        }

        Flush(symbols, ref count, ref unknownBytes);
        return count;
    }

    private void Flush(Symbol[] symbols, ref int count, ref int unknownBytes)
    {
        if (unknownBytes > 0)
        {
            if (_unknown < 0)
            {
                throw new TokenizerException($"The text has a character that is not in the vocabulary, and neither is the model's unk_token '{_options.UnknownToken}'.");
            }

            symbols[count++] = new Symbol { Id = _unknown, Bytes = unknownBytes };
            unknownBytes = 0;
        }
    }

    private bool HasFallback(ReadOnlySpan<byte> text)
    {
        if (!_options.ByteFallback || _options.ByteLevel)
        {
            return false;
        }

        foreach (var value in text)
        {
            if (_fallbackIds[value] < 0)
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Affix(ReadOnlySpan<byte> text, byte[] prefix, byte[] suffix) => [.. prefix, .. text, .. suffix];
}
