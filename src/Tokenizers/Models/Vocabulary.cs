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
    private Place[] _places;
    private Slot[] _slots;
    private int _mask;

    public Vocabulary(int tokens, int bytes)
    {
        _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(bytes, 16));
        _places = new Place[Math.Max(tokens, 16)];
        _slots = new Slot[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(tokens * 3L / 2, 32))];
        _mask = _slots.Length - 1;

        // Fresh memory that is read before it is written to costs the system twice, and stops the other processors each time: write first.
        Array.Clear(_slots);
        Array.Clear(_places);
    }

    /// <summary>How many tokens can be found by their bytes.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the largest id.</summary>
    public int IdLimit { get; private set; }

    /// <summary>Adds a token. A token given twice keeps the later id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> token, int id)
    {
        var hash = Hash(token);
        var index = FindSlot(token, hash);
        if (_slots[index].Id != 0)
        {
            _places[_slots[index].Id - 1] = default;
            Count--;
        }

        Store(token, id);
        _slots[index] = new Slot(hash, id + 1);
        Count++;
        if (Count * 4L > _slots.Length * 3L)
        {
            Grow();
        }
    }

    /// <summary>Adds bytes that an id decodes to but that no text is ever looked up by.</summary>
    public void AddUnsearched(ReadOnlySpan<byte> token, int id) => Store(token, id);

    /// <summary>The id of a token, or −1.</summary>
    public int Find(ReadOnlySpan<byte> token) => Find(token, Hash(token));

    /// <summary>The id of a token whose hash is known, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Brings what a search for a hash will look at into the processor's cache; what it returns means nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Touch(uint hash)
    {
        var id = _slots[(int)hash & _mask].Id;
        return id == 0 ? 0 : _bytes[_places[id - 1].Start];
    }

    /// <summary>Whether an id has a token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(int id) => (uint)id < (uint)IdLimit && _places[id].Used;

    /// <summary>The bytes of a token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(int id) => _bytes.AsSpan(_places[id].Start, _places[id].Length);

    /// <summary>The length of a token's bytes.</summary>
    public int Length(int id) => _places[id].Length;

    /// <summary>A hash of up to a few dozen bytes, eight at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Store(ReadOnlySpan<byte> token, int id)
    {
        if (id >= _places.Length)
        {
            Array.Resize(ref _places, Math.Max(id + 1, _places.Length * 2));
        }

        if (_places[id].Used)
        {
            throw new TokenizerException($"Two tokens of the vocabulary have the id {id}.");
        }

        if (_used + token.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_used + token.Length, _bytes.Length * 2));
        }

        token.CopyTo(_bytes.AsSpan(_used));
        _places[id] = new Place(_used, ~token.Length);
        _used += token.Length;
        IdLimit = Math.Max(IdLimit, id + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Where a token's bytes lie; the length is stored inverted, so that all zeros means no token.</summary>
    private readonly record struct Place(int Start, int Inverted)
    {
        public bool Used => Inverted != 0;

        public int Length => ~Inverted;
    }

    /// <summary>A hash and an id plus one; 0 is an empty slot.</summary>
    private readonly record struct Slot(uint Hash, int Id);
}
