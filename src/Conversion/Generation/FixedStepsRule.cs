namespace LoraDiff.Conversion.Generation;

/// <summary>Fills a block in a fixed number of steps, most confident positions first.</summary>
/// <param name="Steps">Steps per block, at least 1. A block of fewer positions takes fewer.</param>
internal sealed record FixedStepsRule(int Steps) : CommitRule
{
    public int Steps { get; } = Steps >= 1 ? Steps : throw new ArgumentOutOfRangeException(nameof(Steps), Steps, "A block needs at least one step.");

    protected override int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
    {
        // From what is left, not from a table made in advance: a schedule cannot run out before the masks do.
        var left = Math.Max(1, Steps - step);
        var quota = (masked.Count(true) + left - 1) / left;
        return MostConfident(confidence, masked, quota, positions);
    }
}
