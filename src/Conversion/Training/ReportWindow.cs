using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Training;

/// <summary>The steps since the last report: means of their losses, and their speed.</summary>
/// <param name="now">The run's clock.</param>
/// <param name="before">What the window had when the run was stopped, or null.</param>
internal sealed class ReportWindow(TimeSpan now, WindowSums? before)
{
    private WindowSums _sums = before ?? new WindowSums();
    private TimeSpan _start = now - TimeSpan.FromSeconds(before?.Seconds ?? 0);

    public int Steps => _sums.Steps;

    /// <summary>What a checkpoint keeps.</summary>
    public WindowSums Sums(TimeSpan now) => _sums with { Seconds = (now - _start).TotalSeconds };

    public void Add(MicroBatchResult losses, StepTotals totals, double norm, double rate, int blockSize, long epoch, long positions, long tokens) => _sums = _sums with
    {
        Steps = _sums.Steps + 1,
        Loss = _sums.Loss + losses.Diffusion + losses.Autoregressive,
        Diffusion = _sums.Diffusion + losses.Diffusion,
        ArSum = _sums.ArSum + losses.ArSum,
        ArTargets = _sums.ArTargets + totals.ArTargets,
        Norm = _sums.Norm + norm,
        Masked = _sums.Masked + totals.Masked,
        Positions = _sums.Positions + positions,
        Tokens = _sums.Tokens + tokens,
        Rate = rate,
        BlockSize = blockSize,
        Epoch = epoch,
    };

    /// <summary>The numbers of the window, which has at least one step, and starts anew.</summary>
    public TrainingProgress Close(TimeSpan now)
    {
        var (sums, seconds) = (_sums, Math.Max(1e-9, (now - _start).TotalSeconds));
        (_sums, _start) = (new WindowSums(), now);
        return new TrainingProgress
        {
            Step = 0,
            Steps = null,
            Fraction = 0,
            Elapsed = default,
            Remaining = default,
            Epoch = sums.Epoch,
            BlockSize = sums.BlockSize,
            LearningRate = sums.Rate,
            Loss = sums.Loss / sums.Steps,
            DiffusionLoss = sums.Diffusion / sums.Steps,
            ArLoss = sums.ArSum / Math.Max(1, sums.ArTargets),
            GradientNorm = sums.Norm / sums.Steps,
            Positions = sums.Positions / sums.Steps,
            Masked = sums.Masked / sums.Steps,
            TokensPerSecond = sums.Tokens / seconds,
            PositionsPerSecond = sums.Positions / seconds,
        };
    }
}
