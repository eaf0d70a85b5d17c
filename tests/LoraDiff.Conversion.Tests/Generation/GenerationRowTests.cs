using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Tests.Generation;

public class GenerationRowTests
{
    private const int Stop = 9;

    // An end-of-text token behind masks ends nothing yet; what is left of it must be filled first (NBDiff returns too early).
    [Fact]
    public void StopTokenBehindMasks_EndsTheRowOnlyWhenAllBeforeItIsFinal()
    {
        var row = Row(promptLength: 3, Profile(4), maxNewTokens: 8);
        row.Commit([5], [Stop]);
        Assert.Null(row.Finished);
        Assert.Equal(5, row.StopAt);
        Assert.Equal([3, 4], row.Candidates());     // nothing to its right is decoded any more
        row.Commit([4], [7]);
        Assert.Null(row.Finished);
        row.Commit([3], [6]);
        Assert.Equal(FinishReason.StopToken, row.Finished);
        Assert.Equal([6, 7], row.Generated.ToArray());
        Assert.Equal(3, row.Nfe);
    }

    [Fact]
    public void EarlierStopToken_MovesTheEnd()
    {
        var row = Row(3, Profile(4), 8);
        row.Commit([6], [Stop]);
        row.Commit([4], [Stop]);
        Assert.Equal([3], row.Candidates());
        row.Commit([3], [1]);
        Assert.Equal([1], row.Generated.ToArray());
    }

    [Fact]
    public void StopTokenInThePrompt_EndsNothing()
    {
        var row = new GenerationRow(0, [Stop, Stop], Profile(2), 2, 100, honourStops: true);
        row.Commit([2, 3], [1, 1]);
        Assert.Equal(FinishReason.Length, row.Finished);
    }

    [Fact]
    public void IgnoredStopToken_IsATokenLikeAnyOther()
    {
        var row = new GenerationRow(0, [1], Profile(2), 2, 100, honourStops: false);
        row.Commit([1, 2], [Stop, Stop]);
        Assert.Equal(FinishReason.Length, row.Finished);
        Assert.Equal([Stop, Stop], row.Generated.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(9)]
    public void Limit_NeedNotBeAMultipleOfTheBlock(int maxNewTokens)
    {
        var row = Row(3, Profile(4), maxNewTokens);
        while (row.Finished is null)
        {
            var position = row.Candidates().First();
            row.Commit([position], [1]);
        }

        Assert.Equal(maxNewTokens, row.Generated.Length);
        Assert.Equal(maxNewTokens, row.Nfe);
        Assert.Equal((maxNewTokens - 1) / 4, row.Block);
    }

    [Fact]
    public void Limit_EndsAtTheModelsLastPosition()
        => Assert.Equal(10, new GenerationRow(0, [1, 2, 3], Profile(4), 100, 10, true).Limit);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    public void GridFromTheSequence_PutsThePromptsRemainderIntoTheFirstBlock(int extra)
    {
        var length = 4 + extra;
        var row = Row(length, Profile(4) with { GridOrigin = GridOrigin.Sequence }, 8);
        Assert.Equal(length / 4 * 4, row.BlockStart);
        Assert.Equal(Enumerable.Range(length, 4 - (length % 4)), row.Candidates());
        Assert.Equal(length % 4 == 0, row.IsPredictedByCleanRow(length));
    }

    [Fact]
    public void GridFromTheCompletion_StartsRightAfterThePrompt()
    {
        for (var length = 1; length <= 9; length++)
        {
            var row = Row(length, Profile(4), 8);
            Assert.Equal(length, row.BlockStart);
            Assert.True(row.IsPredictedByCleanRow(length));
            Assert.False(row.IsPredictedByCleanRow(length + 1));
        }
    }

    // The same position must be in the same block in training and decoding: dllm's grids differ.
    [Theory]
    [InlineData(GridOrigin.Sequence)]
    [InlineData(GridOrigin.Completion)]
    public void BlockBounds_CoverEveryPositionOnce(GridOrigin origin)
    {
        foreach (var size in new[] { 1, 3, 4 })
        {
            var profile = Profile(size) with { GridOrigin = origin };
            for (var prompt = 0; prompt <= 2 * size; prompt++)
            {
                for (var position = 0; position < 20; position++)
                {
                    var (start, end) = (profile.BlockStart(position, prompt), profile.BlockEnd(position, prompt));
                    Assert.InRange(position, start, end - 1);
                    Assert.True(end - start == size || start == 0);
                    var anchor = origin == GridOrigin.Completion ? prompt : 0;
                    Assert.Equal(0, Math.Abs(end - anchor) % size);
                }
            }
        }
    }

    [Fact]
    public void FinalPosition_CannotBeCommittedAgain()
    {
        var row = Row(3, Profile(4), 8);
        row.Commit([4], [1]);
        Assert.Throws<InvalidOperationException>(() => row.Commit([4], [2]));
        Assert.Throws<InvalidOperationException>(() => row.Commit([1], [2]));
    }

    private static DecodingProfile Profile(int blockSize) => new()
    {
        BlockSize = blockSize,
        Shift = true,
        CleanHalf = CleanHalf.TokenCausal,
        GridOrigin = GridOrigin.Completion,
        MaskTokenId = 100,
        StopTokenIds = [Stop],
    };

    private static GenerationRow Row(int promptLength, DecodingProfile profile, int maxNewTokens)
        => new(0, [.. Enumerable.Repeat(1, promptLength)], profile, maxNewTokens, 100, honourStops: true);
}
