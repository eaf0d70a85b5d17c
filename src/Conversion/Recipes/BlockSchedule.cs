namespace LoraDiff.Conversion;

/// <summary>
/// The block size during training: b(s) = min(b_max, b_0·r^⌊max(0, s − s_0)/Δ⌋) (NBDiff, Eq. 3), or the same staircase spread over a share of the run, or one size.
/// </summary>
/// <remarks>
/// NBDiff prints no Δ; its five doublings in 2,500 of 4,000 iterations give Δ = 500 at s_0 = 0. A run that is limited by time, or that is much shorter, states the share instead:
/// <see cref="GrowthShare"/>.
/// </remarks>
public sealed record BlockSchedule
{
    // Every document is filled up to whole blocks. 4,096 is the whole sequence of models that are diffused without blocks.
    private const int MostPositions = 1 << 12;

    /// <summary>b_0, the size at the start. Default 1.</summary>
    public int Initial { get; init; } = 1;

    /// <summary>r, the factor of each growth. Default 2.</summary>
    public int Ratio { get; init; } = 2;

    /// <summary>Δ, steps on each plateau; unused with <see cref="GrowthShare"/>. Default 500.</summary>
    public int Every { get; init; } = 500;

    /// <summary>s_0, steps before growth begins; unused with <see cref="GrowthShare"/>. Default 0.</summary>
    public int Start { get; init; }

    /// <summary>b_max, the final size and the one to decode with. Default 32.</summary>
    public int Max { get; init; } = 32;

    /// <summary>
    /// The share of the run, in (0, 1], after which the final size is reached, with plateaus of equal length before; null grows by <see cref="Every"/> and <see cref="Start"/>.
    /// </summary>
    public double? GrowthShare { get; init; }

    /// <summary>One size throughout.</summary>
    /// <param name="blockSize">Positions per block, at least 1.</param>
    public static BlockSchedule Fixed(int blockSize) => new() { Initial = blockSize, Max = blockSize };

    /// <summary>The size at a step of a schedule that counts steps.</summary>
    /// <param name="step">Steps done before this one.</param>
    /// <exception cref="InvalidOperationException">The schedule is a share of the run.</exception>
    public int SizeAt(long step) => GrowthShare is null || Initial == Max
        ? SizeAt(step, 0)
        : throw new InvalidOperationException("block_schedule.growth_share is set, so the block size depends on the progress of the run: pass it.");

    /// <summary>The size at a step.</summary>
    /// <param name="step">Steps done before this one.</param>
    /// <param name="progress">How much of the run is done, 0 to 1; only used with <see cref="GrowthShare"/>.</param>
    public int SizeAt(long step, double progress)
    {
        var growths = 0;
        for (long size = Initial; size < Max; size *= Ratio)
        {
            growths++;
        }

        if (growths == 0)
        {
            return Max;
        }

        var done = GrowthShare is { } share ? (long)Math.Floor(progress / share * growths) : Math.Max(0, step - Start) / Every;
        long current = Initial;
        for (var i = 0L; i < Math.Min(done, growths); i++)
        {
            current *= Ratio;
        }

        return (int)Math.Min(Max, current);
    }

    internal void Validate()
    {
        Settings.Require(Initial >= 1, "block_schedule.initial", Initial, "at least 1");
        Settings.Require(Ratio >= 2 || Initial == Max, "block_schedule.ratio", Ratio, "at least 2");
        Settings.Require(Every >= 1, "block_schedule.every", Every, "at least 1 step");
        Settings.Require(Start >= 0, "block_schedule.start", Start, "at least 0");
        Settings.Require(Max >= Initial && Max <= MostPositions, "block_schedule.max", Max, $"at least block_schedule.initial ({Initial}) and at most {MostPositions}");
        Settings.Require(GrowthShare is null or (> 0 and <= 1), "block_schedule.growth_share", GrowthShare, "above 0 and at most 1, or null");
    }
}
