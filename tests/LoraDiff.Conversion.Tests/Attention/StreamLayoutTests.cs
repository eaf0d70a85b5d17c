using LoraDiff.Conversion.Attention;

namespace LoraDiff.Conversion.Tests.Attention;

public sealed class StreamLayoutTests
{
    private static string[] Mask(BlockPattern pattern, int length, int blockSize) => MaskText.Of(new StreamLayout(pattern, [new StreamDocument(new BlockLayout(length, blockSize))]).Segments);

    /// <summary>papers.md §3.3.</summary>
    [Fact]
    public void TokenCausal_EightTokensInFours_IsThePublishedMask() => Assert.Equal(
        [
            "1111............", "1111............", "1111............", "1111............",
            "....11111111....", "....11111111....", "....11111111....", "....11111111....",
            "........1.......", "........11......", "........111.....", "........1111....",
            "........11111...", "........111111..", "........1111111.", "........11111111",
        ],
        Mask(BlockPattern.CleanTokenCausal, 8, 4));

    /// <summary>papers.md §3.3.</summary>
    [Fact]
    public void BlockCausal_EightTokensInFours_IsThePublishedMask() => Assert.Equal(
        [
            "1111............", "1111............", "1111............", "1111............",
            "....11111111....", "....11111111....", "....11111111....", "....11111111....",
            "........1111....", "........1111....", "........1111....", "........1111....",
            "........11111111", "........11111111", "........11111111", "........11111111",
        ],
        Mask(BlockPattern.CleanBlockCausal, 8, 4));

    [Theory]
    [InlineData(8, 1, 72, 72)]
    [InlineData(8, 4, 84, 96)]
    [InlineData(8, 8, 100, 128)]
    [InlineData(16, 4, 296, 320)]
    [InlineData(16, 8, 328, 384)]
    public void Masks_OfBothPapers_HaveThePublishedCounts(int length, int blockSize, int tokenCausal, int blockCausal)
    {
        Assert.Equal(tokenCausal, Mask(BlockPattern.CleanTokenCausal, length, blockSize).Sum(r => r.Count(c => c == '1')));
        Assert.Equal(blockCausal, Mask(BlockPattern.CleanBlockCausal, length, blockSize).Sum(r => r.Count(c => c == '1')));
    }

    /// <summary>Invariant 5: at one token a block the two clean halves coincide.</summary>
    [Fact]
    public void Patterns_AtBlockSizeOne_Coincide() => Assert.Equal(Mask(BlockPattern.CleanTokenCausal, 9, 1), Mask(BlockPattern.CleanBlockCausal, 9, 1));

    /// <summary>Invariant 5: with one block the noisy half sees all of itself and no clean token.</summary>
    [Theory]
    [InlineData(BlockPattern.CleanTokenCausal)]
    [InlineData(BlockPattern.CleanBlockCausal)]
    public void NoisyHalf_InOneBlock_IsBidirectional(BlockPattern pattern)
        => Assert.All(Mask(pattern, 5, 8).Take(5), row => Assert.Equal("11111.....", row));

    [Fact]
    public void PatternsOfOneCopy_AreWhatTheyAreCalled()
    {
        Assert.Equal(["1...", "11..", "111.", "1111"], Mask(BlockPattern.Causal, 4, 2));
        Assert.Equal(["1111", "1111", "1111", "1111"], Mask(BlockPattern.Bidirectional, 4, 2));
        Assert.Equal(["11..", "11..", "1111", "1111"], Mask(BlockPattern.NoisyBlockCausal, 4, 2));
        Assert.Equal(["1..", "111", "111"], MaskText.Of(new StreamLayout(BlockPattern.NoisyBlockCausal, [new StreamDocument(new BlockLayout(3, 2, 1))]).Segments));
    }

    [Fact]
    public void Stream_OfTwoDocuments_KeepsThemApart()
    {
        var stream = new StreamLayout(BlockPattern.CleanTokenCausal, [new StreamDocument(new BlockLayout(2, 2)), new StreamDocument(new BlockLayout(3, 2, 1))]);
        Assert.Equal(
            [
                "11........", "11........",
                "..1.......", "...11..1..", "...11..1..",
                ".....1....", ".....11...",
                ".......1..", ".......11.", ".......111",
            ],
            MaskText.Of(stream.Segments));
        Assert.Equal((3, 8), (stream.NoisyRow(1, 1), stream.CleanRow(1, 1)));
    }

    [Fact]
    public void Stream_WithRowsLeftOut_KeepsWhatTheOthersSee()
    {
        var stream = new StreamLayout(BlockPattern.CleanTokenCausal, [new StreamDocument(new BlockLayout(8, 2), NoisyBlocks: [1, 2], CleanRows: 4)]);
        Assert.Equal(["11..11..", "11..11..", "..111111", "..111111", "....1...", "....11..", "....111.", "....1111"], MaskText.Of(stream.Segments));
        Assert.Equal([-1, -1, 0, 1, 2, 3, -1, -1], Enumerable.Range(0, 8).Select(i => stream.NoisyRow(0, i)));
        Assert.Equal([4, 5, 6, 7, -1], Enumerable.Range(0, 5).Select(i => stream.CleanRow(0, i)));

        var (ids, positions) = (new long[8], new long[8]);
        stream.Fill([[10, 11, 12, 13, 14, 15, 16, 17]], [[20, 21, 22, 23, 24, 25, 26, 27]], ids, positions);
        Assert.Equal([12, 13, 14, 15, 20, 21, 22, 23], ids);
        Assert.Equal([2, 3, 4, 5, 0, 1, 2, 3], positions);
    }

    [Fact]
    public void Stream_WithRowsLeftOutThatAreSeen_IsRefused()
    {
        var layout = new BlockLayout(8, 2);
        Assert.Throws<ArgumentException>(() => new StreamLayout(BlockPattern.CleanTokenCausal, [new StreamDocument(layout, [3], 5)]));
        Assert.Throws<ArgumentException>(() => new StreamLayout(BlockPattern.CleanBlockCausal, [new StreamDocument(layout, [1], 3)]));
        Assert.Throws<ArgumentException>(() => new StreamLayout(BlockPattern.NoisyBlockCausal, [new StreamDocument(layout, [1])]));
        Assert.Throws<ArgumentException>(() => new StreamLayout(BlockPattern.CleanTokenCausal, [new StreamDocument(layout, [2, 1])]));
        Assert.Throws<ArgumentException>(() => new StreamLayout(BlockPattern.CleanTokenCausal, [new StreamDocument(layout, [4])]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(31, 31)]
    [InlineData(33, 34)]
    [InlineData(1900, 1920)]
    [InlineData(2048, 2048)]
    [InlineData(2049, 2176)]
    public void RoundedLength_AddsAtMostASixteenth(int count, int expected) => Assert.Equal(expected, StreamLayout.RoundedLength(count));

    [Fact]
    public void Stream_Rounded_AddsRowsThatNobodySees()
    {
        StreamDocument[] documents = [new StreamDocument(new BlockLayout(33, 40))];
        var plain = MaskText.Of(new StreamLayout(BlockPattern.CleanTokenCausal, documents).Segments);
        var rounded = MaskText.Of(new StreamLayout(BlockPattern.CleanTokenCausal, documents, rounded: true).Segments);
        Assert.Equal((66, 68), (plain.Length, rounded.Length));
        Assert.Equal(plain.Select(r => r + ".."), rounded[..66]);
        Assert.All(rounded[66..], r => Assert.Equal(new string('.', 66) + "11", r));
    }
}
