using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Tests.Generation;

public class CommitRuleTests
{
    private static readonly float[] Confidence = [0.3f, 0.95f, 0.9f, 0.2f, 0.899f, 0.99f];
    private static readonly bool[] All = [true, true, true, true, true, true];

    public static TheoryData<CommitRule> Rules =>
    [
        CommitRule.Threshold(0.9), CommitRule.Threshold(2), CommitRule.Threshold(0),
        CommitRule.Prefix(0.5), CommitRule.Prefix(2), CommitRule.Prefix(0), CommitRule.TopK(1), CommitRule.TopK(4), CommitRule.TopK(100),
        CommitRule.FixedSteps(1), CommitRule.FixedSteps(3), CommitRule.FixedSteps(50),
        CommitRule.LeftToRight(), CommitRule.LeftToRight(7),
    ];

    [Fact]
    public void Threshold_IsComparedWithGreaterOrEqual()
        => Assert.Equal([1, 2, 5], Select(CommitRule.Threshold(0.9f), Confidence, All));

    [Fact]
    public void Threshold_WhenNothingReachesIt_CommitsTheMostConfident()
    {
        Assert.Equal([5], Select(CommitRule.Threshold(1.5), Confidence, All));
        Assert.Equal([2], Select(CommitRule.Threshold(0.93), Confidence, [true, false, true, true, true, false]));
    }

    [Fact]
    public void Threshold_OfZero_CommitsTheWholeBlock()
        => Assert.Equal([0, 1, 2, 3, 4, 5], Select(CommitRule.Threshold(0), Confidence, All));

    [Fact]
    public void Threshold_AboveOne_StillTakesAPositionThatCannotImprove()
        => Assert.Equal([0], Select(CommitRule.Threshold(1.5), [float.PositiveInfinity, 0.99f, 1f], [true, true, true]));

    [Fact]
    public void Prefix_StopsAtTheFirstMaskedPositionBelowTheThreshold()
    {
        Assert.Equal([1, 2], Select(CommitRule.Prefix(0.9f), Confidence, [false, true, true, true, true, true]));
        Assert.Equal([1, 2, 5], Select(CommitRule.Prefix(0.9f), Confidence, [false, true, true, false, false, true]));
        Assert.Equal([0, 1, 2], Select(CommitRule.Prefix(0.9f), Confidence, All));       // the leftmost always
        Assert.Equal([0], Select(CommitRule.Prefix(1.5), Confidence, All));
        Assert.Equal([0, 1, 2, 3, 4, 5], Select(CommitRule.Prefix(0), Confidence, All));
    }

    [Fact]
    public void EqualConfidences_AreOrderedByPosition()
    {
        Assert.Equal([1, 2], Select(CommitRule.TopK(2), [0.1f, 0.5f, 0.5f, 0.5f], [true, true, true, true]));
        Assert.Equal([0], Select(CommitRule.Threshold(2), [0.5f, 0.5f], [true, true]));
    }

    [Fact]
    public void TopK_TakesTheMostConfidentMasked()
        => Assert.Equal([1, 2, 4], Select(CommitRule.TopK(3), Confidence, [true, true, true, true, true, false]));

    [Fact]
    public void LeftToRight_IgnoresConfidence()
        => Assert.Equal([1, 3], Select(CommitRule.LeftToRight(2), Confidence, [false, true, false, true, true, true]));

    [Theory]
    [InlineData(4, 10, new[] { 3, 3, 2, 2 })]
    [InlineData(3, 8, new[] { 3, 3, 2 })]
    [InlineData(8, 3, new[] { 1, 1, 1 })]
    [InlineData(1, 5, new[] { 5 })]
    public void FixedSteps_SpreadsTheBlockEvenlyEarlyStepsFirst(int steps, int size, int[] expected)
    {
        var masked = Enumerable.Repeat(true, size).ToArray();
        var confidence = Enumerable.Range(0, size).Select(i => (float)i / size).ToArray();
        List<int> counts = [];
        for (var step = 0; masked.Contains(true); step++)
        {
            var chosen = Select(CommitRule.FixedSteps(steps), confidence, masked, step);
            counts.Add(chosen.Length);
            foreach (var position in chosen)
            {
                masked[position] = false;
            }
        }

        Assert.Equal(expected, counts);
    }

    // SDAR's top-k picks committed positions once fewer are masked than the quota; its schedule is indexed past its end.
    [Theory]
    [MemberData(nameof(Rules))]
    public void EveryRule_CommitsOnlyMaskedPositions_AndEndsTheBlock(CommitRule rule)
    {
        var random = new Random(7);
        for (var trial = 0; trial < 200; trial++)
        {
            var size = random.Next(1, 9);
            var masked = Enumerable.Range(0, size).Select(_ => random.Next(3) > 0).ToArray();
            for (var step = 0; masked.Contains(true); step++)
            {
                Assert.True(step < size, $"{rule} needed more steps than the block has positions");
                var confidence = masked.Select(m => m ? random.NextSingle() : float.NegativeInfinity).ToArray();
                var chosen = Select(rule, confidence, masked, step);
                Assert.NotEmpty(chosen);
                Assert.All(chosen, position => Assert.True(masked[position]));
                Assert.Equal(chosen.Distinct().Order(), chosen);
                foreach (var position in chosen)
                {
                    masked[position] = false;
                }
            }

            Assert.Empty(Select(rule, new float[size], masked));
        }
    }

    [Fact]
    public void MostConfident_EqualsSorting()
    {
        var random = new Random(3);
        for (var trial = 0; trial < 200; trial++)
        {
            var size = random.Next(1, 20);
            var masked = Enumerable.Range(0, size).Select(i => i == 0 || random.Next(2) == 0).ToArray();
            var confidence = Enumerable.Range(0, size).Select(_ => random.Next(5) / 5f).ToArray();
            var count = random.Next(1, size + 1);
            var expected = Enumerable.Range(0, size).Where(i => masked[i]).OrderByDescending(i => confidence[i]).ThenBy(i => i).Take(count).Order();
            Assert.Equal(expected, Select(CommitRule.TopK(count), confidence, masked));
        }
    }

    [Fact]
    public void CustomRule_ThatChoosesAFinalPosition_IsRefused()
    {
        Assert.Throws<InvalidOperationException>(() => Select(new Always(1), [0.5f, 0.5f], [true, false]));
        Assert.Throws<InvalidOperationException>(() => Select(new Always(), [0.5f, 0.5f], [true, false]));
        Assert.Equal([0], Select(new Always(0), [0.5f, 0.5f], [true, false]));
    }

    [Fact]
    public void Rules_WithNonsenseNumbers_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CommitRule.Threshold(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommitRule.Prefix(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommitRule.TopK(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommitRule.FixedSteps(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CommitRule.LeftToRight(-1));
    }

    private static int[] Select(CommitRule rule, float[] confidence, bool[] masked, int step = 0)
    {
        var positions = new int[masked.Length];
        return positions[..rule.Select(confidence, masked, step, positions)];
    }

    private sealed record Always(params int[] Positions) : CommitRule
    {
        protected override int Choose(ReadOnlySpan<float> confidence, ReadOnlySpan<bool> masked, int step, Span<int> positions)
        {
            Positions.CopyTo(positions);
            return Positions.Length;
        }
    }
}
