namespace LoraDiff.Conversion.Generation;

/// <summary>Commits the most confident positions of every step, a fixed number of them.</summary>
/// <param name="Count">How many per step, at least 1.</param>
internal sealed record TopKRule(int Count) : CommitRule
{
    public int Count { get; } = Count >= 1 ? Count : throw new ArgumentOutOfRangeException(nameof(Count), Count, "At least one token must be committed per step.");

    protected override int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
        => MostConfident(confidence, masked, Count, positions);
}
