using LoraDiff.Conversion.Attention;

namespace LoraDiff.Conversion.Objectives;

/// <summary>
/// What one forward and backward needs, as plain arrays: the token stream, and the rows whose predictions are read, each with its target and its weight in the loss. The loss is Σ weight·(−log p).
/// </summary>
/// <remarks>
/// Only rows that somebody reads are in the stream: noisy rows of blocks with a masked supervised token that a noisy row predicts, clean rows up to the last that predicts or is seen. A clean row
/// that serves both terms, the autoregressive one and under shift a block's first token, stands there once.
/// </remarks>
public sealed class MicroBatch
{
    private MicroBatch(StreamLayout stream, long[] ids, long[] positions, List<long> rows, List<long> targets, List<float> diffusion, List<float> autoregressive)
    {
        Stream = stream;
        (Ids, Positions) = (ids, positions);
        (Rows, Targets, DiffusionWeights, ArWeights) = ([.. rows], [.. targets], [.. diffusion], [.. autoregressive]);
        Weights = [.. diffusion.Zip(autoregressive, (d, a) => d + a)];
    }

    /// <summary>The rows and their attention.</summary>
    public StreamLayout Stream { get; }

    /// <summary>[T] token ids.</summary>
    public long[] Ids { get; }

    /// <summary>[T] positions within the documents.</summary>
    public long[] Positions { get; }

    /// <summary>[N] rows of the stream whose predictions are read.</summary>
    public long[] Rows { get; }

    /// <summary>[N] tokens to be predicted.</summary>
    public long[] Targets { get; }

    /// <summary>[N] weights of the whole loss: the sum of the two below.</summary>
    public float[] Weights { get; }

    /// <summary>[N] weights of the diffusion term, already divided by the supervised tokens of the step.</summary>
    public float[] DiffusionWeights { get; }

    /// <summary>[N] weights of the autoregressive term, times its weight and already divided.</summary>
    public float[] ArWeights { get; }

    /// <summary>Lays out some of a step's documents.</summary>
    /// <param name="recipe">The choices.</param>
    /// <param name="documents">The documents of this forward.</param>
    /// <param name="totals">Counts over all documents of the step.</param>
    /// <param name="maskTokenId">The mask token.</param>
    /// <param name="rounded">Whether to fill up to one of few lengths (see <see cref="StreamLayout.RoundedLength"/>); the rows added weigh nothing.</param>
    public static MicroBatch Create(ConversionRecipe recipe, IReadOnlyList<MaskedDocument> documents, StepTotals totals, int maskTokenId, bool rounded = false)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(totals);
        if (documents.Any(d => d.ArTargets[0] || (recipe.Shift && d.Corruption.Masked[0])))
        {
            throw new ArgumentException("The first token of a document is to be predicted from the token before it, but there is none.", nameof(documents));
        }

        var pattern = recipe.CleanHalf == CleanHalf.TokenCausal ? BlockPattern.CleanTokenCausal : BlockPattern.CleanBlockCausal;
        var stream = new StreamLayout(pattern, [.. documents.Select(d => Keep(recipe, d))], rounded);
        var ids = new long[stream.Rows];
        var positions = new long[stream.Rows];
        stream.Fill([.. documents.Select(d => Noisy(d, maskTokenId))], [.. documents.Select(d => d.Ids)], ids, positions);

        List<long> rows = [], targets = [];
        List<float> diffusion = [], autoregressive = [];
        var arWeight = (float)(recipe.ArWeight / Math.Max(1, recipe.ArNormaliser == ArNormaliser.OwnTargets ? totals.ArTargets : totals.Supervised));
        var scale = 1f / Math.Max(1, totals.Supervised);
        for (var d = 0; d < documents.Count; d++)
        {
            var document = documents[d];
            for (var i = 0; i < document.Ids.Length; i++)
            {
                var weight = !document.Corruption.Masked[i] ? 0 : recipe.DiffusionWeight == DiffusionWeight.Flat ? scale : scale / document.Corruption.Probability[i];
                var fromClean = recipe.Shift && document.Layout.StartsBlock(i);
                var clean = document.ArTargets[i] ? arWeight : 0;
                if (weight > 0 && !fromClean)
                {
                    Add(stream.NoisyRow(d, recipe.Shift ? i - 1 : i), document.Ids[i], weight, 0);
                    weight = 0;
                }

                if (weight > 0 || clean > 0)
                {
                    Add(stream.CleanRow(d, i - 1), document.Ids[i], weight, clean);
                }
            }
        }

        for (var more = rounded ? StreamLayout.RoundedLength(rows.Count) - rows.Count : 0; more > 0; more--)
        {
            Add((int)rows[0], (int)targets[0], 0, 0);
        }

        return new MicroBatch(stream, ids, positions, rows, targets, diffusion, autoregressive);

        void Add(int row, int target, float diffusionWeight, float ar)
        {
            rows.Add(row);
            targets.Add(target);
            diffusion.Add(diffusionWeight);
            autoregressive.Add(ar);
        }
    }

    private static StreamDocument Keep(ConversionRecipe recipe, MaskedDocument document)
    {
        var layout = document.Layout;
        var masked = document.Corruption.Masked;
        List<int> blocks = [];
        var clean = 0;
        for (var i = 0; i < layout.Length; i++)
        {
            var block = layout.BlockOf(i);
            if (masked[i] && !(recipe.Shift && layout.StartsBlock(i)))
            {
                if (blocks.Count == 0 || blocks[^1] != block)
                {
                    blocks.Add(block);
                    clean = Math.Max(clean, layout.Start(block));
                }
            }
            else if (masked[i])
            {
                clean = Math.Max(clean, i);
            }

            if (document.ArTargets[i])
            {
                clean = Math.Max(clean, i);
            }
        }

        if (recipe.CleanHalf == CleanHalf.BlockCausal && clean > 0)
        {
            clean = layout.End(layout.BlockOf(clean - 1));
        }

        return new StreamDocument(layout, blocks, clean);
    }

    private static int[] Noisy(MaskedDocument document, int maskTokenId)
    {
        var noisy = (int[])document.Ids.Clone();
        for (var i = 0; i < noisy.Length; i++)
        {
            if (document.Corruption.Masked[i])
            {
                noisy[i] = maskTokenId;
            }
        }

        return noisy;
    }
}
