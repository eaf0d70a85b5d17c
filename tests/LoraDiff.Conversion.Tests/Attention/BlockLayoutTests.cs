using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Tests.Attention;

public sealed class BlockLayoutTests
{
    [Theory]
    [InlineData(10, 4, 0, new[] { 0, 4, 8 })]
    [InlineData(10, 4, 3, new[] { 0, 3, 7 })]
    [InlineData(10, 4, 9, new[] { 0, 1, 5, 9 })]
    [InlineData(3, 8, 0, new[] { 0 })]
    [InlineData(3, 1, 2, new[] { 0, 1, 2 })]
    [InlineData(6, 4, 6, new[] { 0, 2 })]
    public void Blocks_OfAGrid_CoverTheDocumentOnce(int length, int blockSize, int origin, int[] starts)
    {
        var layout = new BlockLayout(length, blockSize, origin);
        Assert.Equal(starts, Enumerable.Range(0, layout.Count).Select(layout.Start));
        Assert.Equal([.. starts.Skip(1), length], Enumerable.Range(0, layout.Count).Select(layout.End));
        for (var i = 0; i < length; i++)
        {
            Assert.InRange(i, layout.Start(layout.BlockOf(i)), layout.End(layout.BlockOf(i)) - 1);
            Assert.Equal(starts.Contains(i), layout.StartsBlock(i));
            Assert.Equal(((i - origin) % blockSize + blockSize) % blockSize, layout.IndexInBlock(i));
        }
    }

    [Theory]
    [InlineData(9, 4, 0, 12)]
    [InlineData(8, 4, 0, 8)]
    [InlineData(9, 4, 3, 11)]
    [InlineData(3, 4, 3, 3)]
    [InlineData(2, 8, 5, 5)]
    public void WholeBlocks_OfALength_EndsWithABlock(int length, int blockSize, int origin, int expected)
        => Assert.Equal(expected, BlockLayout.WholeBlocks(length, blockSize, origin));

    /// <summary>Bug 3 of the survey: the same position is in the same block in training and in decoding, whatever the prompt's length.</summary>
    [Theory]
    [InlineData("LoraDiff")]
    [InlineData("EfficientDlm")]
    public void Grid_OfTrainingAndDecoding_IsTheSame(string name)
    {
        var recipe = ConversionRecipe.FromName(name) with { BlockSchedule = BlockSchedule.Fixed(4), MaskTokenId = 9 };
        var profile = DecodingProfile.FromRecipe(recipe, [0]);
        for (var prompt = 1; prompt <= 8; prompt++)
        {
            var document = MaskedDocument.Draw(recipe, new TrainingSample([.. Enumerable.Range(0, prompt + 9)], prompt), 0, 4, 0, 1, 1);
            for (var i = 0; i < document.Layout.Length; i++)
            {
                var block = document.Layout.BlockOf(i);
                Assert.Equal((document.Layout.Start(block), document.Layout.End(block)), (profile.BlockStart(i, prompt), profile.BlockEnd(i, prompt)));
            }
        }
    }

    [Fact]
    public void Layout_WithoutPositionsOrBlockSize_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockLayout(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockLayout(4, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockLayout(4, 4, -1));
    }
}
