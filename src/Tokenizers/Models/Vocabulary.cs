using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LoraDiff.Tokenizers.Models;

/// <summary>
/// Token bytes ↔ ids. All bytes lie in one array and the hash table is open addressing over numbers, so that loading allocates nothing per token. In
/// a byte-level vocabulary the bytes are those that the token decodes to, else the token's UTF-8.
/// </summary>
internal sealed class Vocabulary
{
    private byte[] _bytes;
    private int _used;
    private int[] _starts;
    private int[] _lengths;
    private Slot[] _slots;
    private int _mask;

    public Vocabulary(int tokens, int bytes)
    {
        _bytes = new byte[Math.Max(bytes, 16)];
        _starts = new int[Math.Max(tokens, 16)];
        _lengths = new int[_starts.Length];
        Array.Fill(_lengths, -1);
        _slots = new Slot[(int)BitOperations.RoundUpToPowerOf2((uint)(Math.Max(tokens, 16) * 2))];
        _mask = _slots.Length - 1;
    }

    /// <summary>How many tokens can be found by their bytes.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the largest id.</summary>
    public int IdLimit { get; private set; }

    /// <summary>Adds a token. A token given twice keeps the later id.</summary>
    public void Add(ReadOnlySpan<byte> token, int id)
    {
        var hash = Hash(token);
        var index = FindSlot(token, hash);
        if (_slots[index].Id != 0)
        {
            _lengths[_slots[index].Id - 1] = -1;
            Count--;
        }

        Store(token, id);
        _slots[index] = new Slot(hash, id + 1);
        Count++;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }
    }

    /// <summary>Adds bytes that an id decodes to but that no text is ever looked up by.</summary>
    public void AddUnsearched(ReadOnlySpan<byte> token, int id) => Store(token, id);

    /// <summary>The id of a token, or −1.</summary>
    public int Find(ReadOnlySpan<byte> token) => Find(token, Hash(token));

    /// <summary>The id of a token whose hash is known, or −1.</summary>
    public int Find(ReadOnlySpan<byte> token, uint hash)
    {
        var slots = _slots;
        for (var index = (int)hash & _mask; ; index = (index + 1) & _mask)
        {
            ref var slot = ref slots[index];
            if (slot.Id == 0)
            {
                return -1;
            }

            if (slot.Hash == hash && Bytes(slot.Id - 1).SequenceEqual(token))
            {
                return slot.Id - 1;
            }
        }
    }

    /// <summary>Whether an id has a token.</summary>
    public bool Has(int id) => (uint)id < (uint)IdLimit && _lengths[id] >= 0;

    /// <summary>The bytes of a token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(int id) => _bytes.AsSpan(_starts[id], _lengths[id]);

    /// <summary>The length of a token's bytes.</summary>
    public int Length(int id) => _lengths[id];

    /// <summary>A hash of up to a few dozen bytes, eight at a time.</summary>
    public static uint Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ref var at = ref MemoryMarshal.GetReference(bytes);
        var left = bytes.Length;
        var hash = (ulong)left * 0xD6E8FEB86659FD93;
        while (left >= 8)
        {
            hash = Mix(hash ^ Unsafe.ReadUnaligned<ulong>(ref at), Multiplier);
            at = ref Unsafe.Add(ref at, 8);
            left -= 8;
        }

        var tail = 0ul;
        if ((left & 4) != 0)
        {
            tail = Unsafe.ReadUnaligned<uint>(ref at);
            at = ref Unsafe.Add(ref at, 4);
        }

        if ((left & 2) != 0)
        {
            tail = (tail << 16) | Unsafe.ReadUnaligned<ushort>(ref at);
            at = ref Unsafe.Add(ref at, 2);
        }

        if ((left & 1) != 0)
        {
            tail = (tail << 8) | at;
        }

        hash = Mix(hash ^ tail, Multiplier);
        return (uint)(hash ^ (hash >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private void Store(ReadOnlySpan<byte> token, int id)
    {
        if (id >= _starts.Length)
        {
            var old = _starts.Length;
            var size = Math.Max(id + 1, old * 2);
            Array.Resize(ref _starts, size);
            Array.Resize(ref _lengths, size);
            Array.Fill(_lengths, -1, old, size - old);
        }

        if (_used + token.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_used + token.Length, _bytes.Length * 2));
        }

        token.CopyTo(_bytes.AsSpan(_used));
        _starts[id] = _used;
        _lengths[id] = token.Length;
        _used += token.Length;
        IdLimit = Math.Max(IdLimit, id + 1);
    }

    private int FindSlot(ReadOnlySpan<byte> token, uint hash)
    {
        var index = (int)hash & _mask;
        while (_slots[index].Id != 0 && !(_slots[index].Hash == hash && Bytes(_slots[index].Id - 1).SequenceEqual(token)))
        {
            index = (index + 1) & _mask;
        }

        return index;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        _mask = _slots.Length - 1;
        foreach (var slot in old)
        {
            if (slot.Id != 0)
            {
                var index = (int)slot.Hash & _mask;
                while (_slots[index].Id != 0)
                {
                    index = (index + 1) & _mask;
                }

                _slots[index] = slot;
            }
        }
    }

    /// <summary>A hash and an id plus one; 0 is an empty slot.</summary>
    private readonly record struct Slot(uint Hash, int Id);
}
