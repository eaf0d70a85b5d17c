using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Objectives;

/// <summary>One document of a step: its tokens filled up to whole blocks, which of them are masked, and which each loss term predicts.</summary>
public sealed class MaskedDocument
{
    /// <summary>Makes a document whose corruption is given.</summary>
    /// <param name="ids">[L]; clean ids.</param>
    /// <param name="layout">Its blocks.</param>
    /// <param name="supervised">[L]; positions that the diffusion term may predict.</param>
    /// <param name="arTargets">[L]; positions that the autoregressive term predicts; never the first.</param>
    /// <param name="corruption">What is masked.</param>
    public MaskedDocument(int[] ids, BlockLayout layout, bool[] supervised, bool[] arTargets, Corruption corruption)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(supervised);
        ArgumentNullException.ThrowIfNull(arTargets);
        ArgumentNullException.ThrowIfNull(corruption);
        if (new[] { ids.Length, supervised.Length, arTargets.Length, corruption.Masked.Length, corruption.Probability.Length }.Any(n => n != layout.Length))
        {
            throw new ArgumentException($"A document of {layout.Length} positions came with {ids.Length} ids, {supervised.Length} and {arTargets.Length} flags, {corruption.Masked.Length} masks and {corruption.Probability.Length} probabilities.");
        }

        (Ids, Layout, Supervised, ArTargets, Corruption) = (ids, layout, supervised, arTargets, corruption);
    }

    /// <summary>[L] clean ids, x_0.</summary>
    public int[] Ids { get; }

    /// <summary>The document's blocks.</summary>
    public BlockLayout Layout { get; }

    /// <summary>[L]; positions that the diffusion term counts.</summary>
    public bool[] Supervised { get; }

    /// <summary>[L]; positions that the autoregressive term predicts.</summary>
    public bool[] ArTargets { get; }

    /// <summary>What is masked.</summary>
    public Corruption Corruption { get; }

    /// <summary>Prepares a sample for a step.</summary>
    /// <remarks>
    /// What lies after the end of a complete document inside its last block is the padding token, supervised and masked like every other position: decoding does not know where the answer ends
    /// either. The autoregressive term leaves it out. A document that was cut off gets no padding, which would tell a false end; its last block stays short.
    /// </remarks>
    /// <param name="recipe">The choices.</param>
    /// <param name="sample">The tokens.</param>
    /// <param name="number">Its number in the data.</param>
    /// <param name="blockSize">Block size at this step.</param>
    /// <param name="padTokenId">The padding token.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Step of the run.</param>
    public static MaskedDocument Draw(ConversionRecipe recipe, TrainingSample sample, long number, int blockSize, int padTokenId, long seed, long step)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(sample);
        var origin = recipe.GridOrigin == GridOrigin.Completion ? sample.CompletionStart : 0;
        var end = sample.Ids.Length;
        var length = sample.Complete ? BlockLayout.WholeBlocks(end, blockSize, origin) : end;
        var ids = new int[length];
        sample.Ids.CopyTo(ids, 0);
        ids.AsSpan(end).Fill(padTokenId);

        var layout = new BlockLayout(length, blockSize, origin);
        var supervised = new bool[length];
        supervised.AsSpan(sample.CompletionStart).Fill(true);
        var arTargets = new bool[length];
        if (recipe.ArWeight > 0)
        {
            arTargets.AsSpan(recipe.ArTargets == Conversion.ArTargets.All ? 0 : sample.CompletionStart, end - (recipe.ArTargets == Conversion.ArTargets.All ? 0 : sample.CompletionStart)).Fill(true);
        }

        // Nothing stands before the first token that could predict it.
        arTargets[0] = false;
        supervised[0] &= !recipe.Shift;
        return new MaskedDocument(ids, layout, supervised, arTargets, Corruption.Draw(recipe, seed, step, number, layout, supervised));
    }
}
