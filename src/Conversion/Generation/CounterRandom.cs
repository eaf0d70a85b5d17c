namespace LoraDiff.Conversion.Generation;

/// <summary>Uniform numbers that depend only on their coordinates, so that a row draws the same whatever else is in its batch.</summary>
internal static class CounterRandom
{
    /// <summary>A number in [0, 1) for one draw.</summary>
    public static double Uniform(long seed, long row, long step, long position)
    {
        var state = Mix((ulong)seed);
        state = Mix(state ^ (ulong)row);
        state = Mix(state ^ (ulong)step);
        state = Mix(state ^ (ulong)position);
        return (state >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>The output function of SplitMix64 after one increment.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
