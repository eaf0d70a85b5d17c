namespace LoraDiff.Conversion.Generation;

/// <summary>Decides which masked positions of a block become final after a forward. A pure function: no state, no randomness.</summary>
/// <remarks>
/// Whatever a rule chooses is checked: only masked positions, each once, and at least one while any is left, so that a block always ends.
/// Equal confidences are ordered by position, lowest first.
/// </remarks>
public abstract record CommitRule
{
    /// <summary>Commits every position whose confidence is at least the threshold, and always the most confident one.</summary>
    /// <param name="threshold">Compared with ≥. Above 1 it commits one token per step; 0 commits the whole block in one.</param>
    public static CommitRule Threshold(double threshold) => new ThresholdRule(threshold);

    /// <summary>Commits masked positions from the left for as long as their confidence is at least the threshold, and always the leftmost one.</summary>
    /// <param name="threshold">Compared with ≥. Above 1 it commits one token per step, in reading order; 0 commits the whole block in one.</param>
    public static CommitRule Prefix(double threshold) => new PrefixRule(threshold);

    /// <summary>Commits the <paramref name="count"/> most confident positions of every step.</summary>
    public static CommitRule TopK(int count) => new TopKRule(count);

    /// <summary>Spreads a block over a fixed number of steps, most confident positions first; the early steps take the remainder.</summary>
    public static CommitRule FixedSteps(int stepsPerBlock) => new FixedStepsRule(stepsPerBlock);

    /// <summary>Commits the leftmost <paramref name="count"/> masked positions of every step, whatever their confidence.</summary>
    public static CommitRule LeftToRight(int count = 1) => new LeftToRightRule(count);

    /// <summary>Chooses the positions to commit.</summary>
    /// <param name="confidence">One score per position of the block; +∞ marks a position that no later step could predict better.</param>
    /// <param name="masked">True where a token is still missing and may be committed.</param>
    /// <param name="step">Number of the step within the block, from 0.</param>
    /// <param name="positions">Receives the chosen positions, ascending; as long as the block.</param>
    /// <returns>How many were chosen: 0 only where nothing is masked.</returns>
    /// <exception cref="InvalidOperationException">The rule chose a position that is not masked, chose one twice, or chose none.</exception>
    public int Select(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
    {
        if (confidence.Length != masked.Length || positions.Length < masked.Length)
        {
            throw new ArgumentException($"A block of {masked.Length} positions came with {confidence.Length} confidences and room for {positions.Length} results; all three must be as long as the block.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (!masked.Contains(true))
        {
            return 0;
        }

        var count = Choose(confidence, masked, step, positions);
        var chosen = positions[..count];
        chosen.Sort();
        for (var i = 0; i < count; i++)
        {
            if (chosen[i] < 0 || chosen[i] >= masked.Length || !masked[chosen[i]] || (i > 0 && chosen[i] == chosen[i - 1]))
            {
                throw new InvalidOperationException($"{this} chose position {chosen[i]}, which is not a masked position of the block or was chosen twice.");
            }
        }

        return count > 0 ? count : throw new InvalidOperationException($"{this} chose no position although some are masked: the block would never end.");
    }

    /// <summary>Writes the chosen positions, in any order, and returns how many there are. Called only while a position is masked.</summary>
    /// <param name="confidence">One score per position.</param>
    /// <param name="masked">True where a position may be chosen.</param>
    /// <param name="step">Number of the step within the block, from 0.</param>
    /// <param name="positions">Room for as many results as the block has positions.</param>
    protected abstract int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions);

    /// <summary>Writes the <paramref name="count"/> most confident masked positions (fewer where fewer are masked).</summary>
    /// <param name="confidence">One score per position.</param>
    /// <param name="masked">True where a position may be chosen.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="positions">Receives them, most confident first.</param>
    /// <returns>How many were written.</returns>
    protected static int MostConfident(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int count, Span<int> positions)
    {
        var found = 0;
        for (var i = 0; i < masked.Length; i++)
        {
            if (!masked[i])
            {
                continue;
            }

            // Insertion into a list of at most `count`: blocks are short, and strict comparison keeps the lower position first among equals.
            var place = found;
            while (place > 0 && confidence[i] > confidence[positions[place - 1]])
            {
                place--;
            }

            if (place >= count)
            {
                continue;
            }

            found = Math.Min(found + 1, count);
            positions[place..(found - 1)].CopyTo(positions[(place + 1)..]);
            positions[place] = i;
        }

        return found;
    }
}
