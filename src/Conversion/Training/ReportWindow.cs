using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Training;

/// <summary>The steps since the last report: means of their losses, and their speed.</summary>
internal sealed class ReportWindow(TimeSpan start)
{
    private TimeSpan _start = start;
    private double _loss;
    private double _diffusion;
    private double _arSum;
    private double _norm;
    private double _rate;
    private int _blockSize;
    private long _epoch;
    private long _arTargets;
    private long _masked;
    private long _positions;
    private long _tokens;

    public int Steps { get; private set; }

    public void Add(MicroBatchResult losses, StepTotals totals, double norm, double rate, int blockSize, long epoch, long positions, long tokens)
    {
        Steps++;
        _loss += losses.Diffusion + losses.Autoregressive;
        _diffusion += losses.Diffusion;
        _arSum += losses.ArSum;
        _arTargets += totals.ArTargets;
        _norm += norm;
        _masked += totals.Masked;
        _positions += positions;
        _tokens += tokens;
        (_rate, _blockSize, _epoch) = (rate, blockSize, epoch);
    }

    /// <summary>The numbers of the window, which starts anew; where it is empty, those of the report before.</summary>
    public TrainingProgress Close(TrainingProgress? before, TimeSpan now)
    {
        if (Steps == 0 && before is not null)
        {
            return before;
        }

        var (count, seconds) = (Math.Max(1, Steps), Math.Max(1e-9, (now - _start).TotalSeconds));
        var report = new TrainingProgress
        {
            Step = 0,
            Steps = null,
            Fraction = 0,
            Elapsed = default,
            Remaining = default,
            Epoch = _epoch,
            BlockSize = _blockSize,
            LearningRate = _rate,
            Loss = _loss / count,
            DiffusionLoss = _diffusion / count,
            ArLoss = _arSum / Math.Max(1, _arTargets),
            GradientNorm = _norm / count,
            Positions = _positions / count,
            Masked = _masked / count,
            TokensPerSecond = _tokens / seconds,
            PositionsPerSecond = _positions / seconds,
        };
        (Steps, _loss, _diffusion, _arSum, _norm, _arTargets, _masked, _positions, _tokens, _start) = (0, 0, 0, 0, 0, 0, 0, 0, 0, now);
        return report;
    }
}
