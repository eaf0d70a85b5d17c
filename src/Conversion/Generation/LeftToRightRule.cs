namespace LoraDiff.Conversion.Generation;

/// <summary>Commits the leftmost masked positions of every step, whatever their confidence.</summary>
/// <param name="Count">How many per step, at least 1.</param>
internal sealed record LeftToRightRule(int Count) : CommitRule
{
    public int Count { get; } = Count >= 1 ? Count : throw new ArgumentOutOfRangeException(nameof(Count), Count, "At least one token must be committed per step.");

    protected override int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
    {
        var found = 0;
        for (var i = 0; i < masked.Length && found < Count; i++)
        {
            if (masked[i])
            {
                positions[found++] = i;
            }
        }

        return found;
    }
}
