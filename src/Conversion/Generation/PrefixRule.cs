namespace LoraDiff.Conversion.Generation;

/// <summary>Commits masked positions from the left for as long as their confidence is at least the threshold, and always the leftmost one.</summary>
/// <param name="Value">The threshold, compared with ≥.</param>
internal sealed record PrefixRule(double Value) : CommitRule
{
    public double Value { get; } = double.IsNaN(Value)
        ? throw new ArgumentOutOfRangeException(nameof(Value), "The threshold is not a number; give a probability such as 0.9.")
        : Value;

    protected override int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
    {
        var count = 0;
        for (var i = 0; i < masked.Length; i++)
        {
            if (!masked[i])
            {
                continue;
            }

            if (count > 0 && !(confidence[i] >= Value))
            {
                break;
            }

            positions[count++] = i;
        }

        return count;
    }
}
