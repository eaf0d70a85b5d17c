using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Tests.Objectives;

public sealed class MicroBatchTests
{
    private const int Mask = 77;

    private static readonly ConversionRecipe Plain = ConversionRecipe.LoraDiff with { DiffusionWeight = DiffusionWeight.Flat };

    private static MaskedDocument Document(int blockSize, int origin, string masked, string ar = "")
    {
        var n = masked.Length;
        var layout = new BlockLayout(n, blockSize, origin);
        var flags = masked.Select(c => c == 'M').ToArray();
        return new MaskedDocument([.. Enumerable.Range(100, n)], layout, [.. masked.Select(c => c != 'p')], [.. ar.PadRight(n, '.').Select(c => c == 'A')], new Corruption(flags, [.. Enumerable.Repeat(0.5f, n)]));
    }

    private static MicroBatch Create(ConversionRecipe recipe, params MaskedDocument[] documents) => MicroBatch.Create(recipe, documents, StepTotals.Of(documents), Mask);

    /// <summary>Each target with its predictor: "n5" noisy position 5, "c4" clean position 4.</summary>
    private static string[] Predictors(MicroBatch batch) => [.. batch.Rows.Select((row, n) => $"{(row < batch.Stream.NoisyRows ? 'n' : 'c')}{batch.Positions[row]}→{batch.Targets[n] - 100}")];

    /// <summary>Bug 5 of the survey: the row that predicts a block's first token is the clean one before it, as in decoding; all others come from the noisy row before.</summary>
    [Fact]
    public void Shift_PredictsBlockFirstTokensFromTheCleanRow()
    {
        var batch = Create(Plain with { ArWeight = 0 }, Document(4, 2, "ppMMs.M.ss".Replace('.', 's')));
        // grid from 2: blocks 2–5, 6–9; masked 2 (first), 3, 6 (first)
        Assert.Equal(["c1→2", "n2→3", "c5→6"], Predictors(batch));
        Assert.Equal([0L, 1, 2, 3, 4, 5], batch.Positions[batch.Stream.NoisyRows..]);
        Assert.Equal([Mask, Mask, 104, 105], batch.Ids[..batch.Stream.NoisyRows].Select(i => (int)i));   // the second block has no target that a noisy row predicts
    }

    [Fact]
    public void SamePosition_PredictsFromTheNoisyRowItself()
    {
        var batch = Create(ConversionRecipe.EfficientDlm, Document(4, 0, "pppsMsMs"));
        Assert.Equal(["n4→4", "n6→6"], Predictors(batch));
        Assert.Equal(4, batch.Stream.NoisyRows);
        Assert.Equal(8, batch.Stream.Rows);
    }

    [Fact]
    public void CleanRowOfBothTerms_StandsThereOnce()
    {
        var batch = Create(Plain, Document(2, 0, "ssMM", ".AAA"));
        Assert.Equal(["c0→1", "c1→2", "n2→3", "c2→3"], Predictors(batch));
        Assert.Equal([0, 0.25f, 0.25f, 0], batch.DiffusionWeights);
        Assert.Equal([0.5f / 3, 0.5f / 3, 0, 0.5f / 3], batch.ArWeights);
        Assert.Equal(batch.DiffusionWeights.Zip(batch.ArWeights, (d, a) => d + a), batch.Weights);
    }

    /// <summary>At one token a block under shift every target comes from the clean half: no noisy row is needed.</summary>
    [Fact]
    public void Shift_AtBlockSizeOne_NeedsNoNoisyRow()
    {
        var batch = Create(Plain, Document(1, 0, "ssMMs", ".AAAA"));
        Assert.Equal(0, batch.Stream.NoisyRows);
        Assert.Equal(["c0→1", "c1→2", "c2→3", "c3→4"], Predictors(batch));
        Assert.Equal([0, 0.2f, 0.2f, 0], batch.DiffusionWeights);
    }

    [Fact]
    public void Weights_InverseT_DivideByTheProbability()
        => Assert.Equal([2f / 8, 2f / 8], Create(ConversionRecipe.EfficientDlm, Document(4, 0, "MsMsssss")).Weights);

    /// <summary>Bug 16 of the survey: doubling the weight doubles its term and no other.</summary>
    [Fact]
    public void ArWeight_Doubled_DoublesThatTermOnly()
    {
        var document = Document(2, 0, "ssMM", ".AAA");
        var once = Create(Plain, document);
        var twice = Create(Plain with { ArWeight = 2 * Plain.ArWeight }, document);
        Assert.Equal(once.DiffusionWeights, twice.DiffusionWeights);
        Assert.Equal(once.ArWeights.Select(w => 2 * w), twice.ArWeights);
    }

    /// <summary>NBDiff's sums: both terms over the same divisor.</summary>
    [Fact]
    public void ArNormaliser_SupervisedTokens_SharesTheDivisor()
        => Assert.Equal([0.1f, 0.1f, 0, 0.1f], Create(Plain with { ArNormaliser = ArNormaliser.SupervisedTokens }, Document(2, 0, "sssMM", ".AA.A")).ArWeights);

    /// <summary>Bugs 14 and 18 of the survey: nothing to learn is an empty batch with finite weights, not a division by zero.</summary>
    [Fact]
    public void Documents_WithNothingMasked_GiveAnEmptyBatch()
    {
        var batch = Create(ConversionRecipe.EfficientDlm, Document(4, 0, "pppp"));
        Assert.Empty(batch.Rows);
        Assert.Equal(0, batch.Stream.Rows);
    }

    [Fact]
    public void CleanRows_BeyondTheLastThatIsRead_AreLeftOut()
    {
        var batch = Create(Plain with { ArWeight = 0 }, Document(4, 0, "sssssMsssssssss"));
        Assert.Equal((4, 8), (batch.Stream.NoisyRows, batch.Stream.Rows));
    }

    [Fact]
    public void BlockCausal_KeepsWholeCleanBlocks()
    {
        var batch = Create(ConversionRecipe.EfficientDlm, Document(4, 2, "ppssssMsss"));
        Assert.Equal((4, 4 + 6), (batch.Stream.NoisyRows, batch.Stream.Rows));
    }

    [Fact]
    public void FirstTokenMaskedUnderShift_IsRefused()
        => Assert.Throws<ArgumentException>(() => Create(Plain, Document(4, 0, "Msss")));
}
