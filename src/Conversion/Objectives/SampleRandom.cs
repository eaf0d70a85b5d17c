namespace LoraDiff.Conversion.Objectives;

/// <summary>
/// Random numbers that are a function of the numbers they are keyed by and of nothing else (SplitMix64 over a mixed key): no generator state to carry from step to step, so that resuming, workers
/// and accumulation change nothing.
/// </summary>
internal struct SampleRandom
{
    private ulong _state;

    public SampleRandom(long seed, long first, long second = 0, long third = 0)
    {
        _state = Mix((ulong)seed + 0x9E3779B97F4A7C15);
        _state = Mix(_state ^ ((ulong)first + 0xD1B54A32D192ED03));
        _state = Mix(_state ^ ((ulong)second + 0x8CB92BA72F3D8DD7));
        _state = Mix(_state ^ ((ulong)third + 0xAAAAAAAAAAAAAAAB));
    }

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        return Mix(_state);
    }

    /// <summary>In (0, 1), both ends excluded, so that its logarithm and that of its complement are finite.</summary>
    public double NextUnit() => ((Next() >> 11) + 0.5) * (1.0 / (1UL << 53));

    /// <summary>In [0, n), without bias (multiply and reject, Lemire).</summary>
    public int NextBelow(int n)
    {
        var bound = (ulong)n;
        var high = Math.BigMul(Next(), bound, out var low);
        while (low < bound && low < (0UL - bound) % bound)
        {
            high = Math.BigMul(Next(), bound, out low);
        }

        return (int)high;
    }

    /// <summary>Puts the items into an order in which all orders are equally likely (Fisher-Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextBelow(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
