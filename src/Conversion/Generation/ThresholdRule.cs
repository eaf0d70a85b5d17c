namespace LoraDiff.Conversion.Generation;

/// <summary>Commits every position whose confidence is at least the threshold, and always the most confident one.</summary>
/// <param name="Value">The threshold, compared with ≥.</param>
internal sealed record ThresholdRule(double Value) : CommitRule
{
    public double Value { get; } = double.IsNaN(Value)
        ? throw new ArgumentOutOfRangeException(nameof(Value), "The threshold is not a number; give a probability such as 0.9.")
        : Value;

    protected override int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
    {
        var count = 0;
        for (var i = 0; i < masked.Length; i++)
        {
            if (masked[i] && confidence[i] >= Value)
            {
                positions[count++] = i;
            }
        }

        return count > 0 ? count : MostConfident(confidence, masked, 1, positions);
    }
}
