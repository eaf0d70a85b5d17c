using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Tests.Objectives;

public sealed class MaskedDocumentTests
{
    private const int Pad = 99;

    private static MaskedDocument Draw(ConversionRecipe recipe, TrainingSample sample, int blockSize) => MaskedDocument.Draw(recipe, sample, 0, blockSize, Pad, 1, 2);

    /// <summary>The grid starts at the completion; what lies behind its end in the last block is padding that is learnt like the rest, but not by the autoregressive term.</summary>
    [Fact]
    public void Draw_CompleteDocument_FillsAndSupervisesItsLastBlock()
    {
        var document = Draw(ConversionRecipe.LoraDiff, new TrainingSample([1, 2, 3, 4, 5, 6, 7, 8], 3), 4);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, Pad, Pad, Pad], document.Ids);
        Assert.Equal([0, 3, 7], Enumerable.Range(0, document.Layout.Count).Select(document.Layout.Start));
        Assert.Equal(Enumerable.Range(3, 8), Indices(document.Supervised));
        Assert.Equal(Enumerable.Range(3, 5), Indices(document.ArTargets));
    }

    [Fact]
    public void Draw_GridFromTheSequence_EndsOnItsGrid()
    {
        var document = Draw(ConversionRecipe.EfficientDlm, new TrainingSample([1, 2, 3, 4, 5], 3), 4);
        Assert.Equal([1, 2, 3, 4, 5, Pad, Pad, Pad], document.Ids);
        Assert.Equal(Enumerable.Range(3, 5), Indices(document.Supervised));
        Assert.Empty(Indices(document.ArTargets));
    }

    [Fact]
    public void Draw_CutOffDocument_IsNotFilled()
        => Assert.Equal([1, 2, 3, 4, 5], Draw(ConversionRecipe.LoraDiff, new TrainingSample([1, 2, 3, 4, 5], 1, Complete: false), 8).Ids);

    /// <summary>The padded tail is masked as often as its place in the block says, whatever stands there.</summary>
    [Fact]
    public void Draw_TailOfALastBlock_IsMaskedLikeAnyOtherPosition()
    {
        int filled = 0, text = 0;
        for (var step = 0; step < 4000; step++)
        {
            filled += MaskedDocument.Draw(ConversionRecipe.LoraDiff, new TrainingSample([1, 2, 3, 4, 5, 6], 0), 0, 8, Pad, 1, step).Corruption.Masked[7] ? 1 : 0;
            text += MaskedDocument.Draw(ConversionRecipe.LoraDiff, new TrainingSample([1, 2, 3, 4, 5, 6, 7, 8], 0), 0, 8, Pad, 1, step).Corruption.Masked[7] ? 1 : 0;
        }

        Assert.Equal(text, filled);
    }

    [Fact]
    public void Draw_PlainText_LearnsAllThatCanBePredicted()
    {
        var sample = new TrainingSample([1, 2, 3, 4], 0);
        var shifted = Draw(ConversionRecipe.LoraDiff, sample, 4);
        Assert.Equal([1, 2, 3], Indices(shifted.Supervised));
        Assert.Equal([1, 2, 3], Indices(shifted.ArTargets));
        Assert.Equal([0, 1, 2, 3], Indices(Draw(ConversionRecipe.EfficientDlm, sample, 4).Supervised));
    }

    [Fact]
    public void Draw_ArTargetsAll_TakesThePromptToo()
        => Assert.Equal([1, 2, 3, 4], Indices(Draw(ConversionRecipe.LoraDiff with { ArTargets = ArTargets.All }, new TrainingSample([1, 2, 3, 4, 5], 3), 2).ArTargets));

    private static IEnumerable<int> Indices(bool[] flags) => Enumerable.Range(0, flags.Length).Where(i => flags[i]);
}
