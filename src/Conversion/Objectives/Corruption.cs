using LoraDiff.Conversion.Attention;

namespace LoraDiff.Conversion.Objectives;

/// <summary>Which positions of a document are masked, and the probability that stands in the loss weight of each.</summary>
/// <param name="Masked">[L]; only supervised positions are ever true.</param>
/// <param name="Probability">[L]; the p of 1/p, one value per block.</param>
public sealed record Corruption(bool[] Masked, float[] Probability)
{
    /// <summary>Draws what to mask, as a function of (seed, step, sample) and the document alone.</summary>
    /// <param name="recipe">How to draw.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Step of the run.</param>
    /// <param name="sample">Number of the document in the data.</param>
    /// <param name="layout">The document's blocks.</param>
    /// <param name="supervised">[L]; positions that may be masked.</param>
    public static Corruption Draw(ConversionRecipe recipe, long seed, long step, long sample, BlockLayout layout, ReadOnlySpan<bool> supervised)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(layout);
        if (supervised.Length != layout.Length)
        {
            throw new ArgumentException($"{supervised.Length} supervision flags were given for a document of {layout.Length} positions.", nameof(supervised));
        }

        var random = new SampleRandom(seed, step, sample);
        var masked = new bool[layout.Length];
        var probability = new float[layout.Length];
        List<int> eligible = [];
        for (var block = 0; block < layout.Count; block++)
        {
            if (supervised[layout.Start(block)..layout.End(block)].Contains(true))
            {
                eligible.Add(block);
            }
        }

        var levels = Levels(recipe, ref random, eligible.Count);
        for (var n = 0; n < eligible.Count; n++)
        {
            var (start, end) = (layout.Start(eligible[n]), layout.End(eligible[n]));
            var level = levels[n];
            var supervisedCount = supervised[start..end].Count(true);
            if (recipe.MaskSampling == MaskSampling.Uniform)
            {
                for (var i = start; i < end; i++)
                {
                    masked[i] = random.NextUnit() < level && supervised[i];
                }
            }
            else
            {
                DrawExactly(recipe, ref random, level, layout, (start, end), supervised, supervisedCount, masked);
            }

            if (recipe.AtLeastOneMasked && !masked.AsSpan(start, end - start).Contains(true))
            {
                masked[Nth(supervised, start, random.NextBelow(supervisedCount))] = true;
            }

            var rate = recipe.WeightProbability == WeightProbability.MaskedFraction ? (double)masked.AsSpan(start, end - start).Count(true) / supervisedCount : level;
            probability.AsSpan(start, end - start).Fill((float)rate);
        }

        return new Corruption(masked, probability);
    }

    private static double[] Levels(ConversionRecipe recipe, ref SampleRandom random, int count)
    {
        var levels = new double[count];
        var strata = new int[count];
        for (var n = 0; n < count; n++)
        {
            strata[n] = n;
        }

        if (recipe.Antithetic)
        {
            random.Shuffle(strata);
        }

        var shared = recipe.NoiseScope == NoiseScope.Sequence ? random.NextUnit() : 0;
        for (var n = 0; n < count; n++)
        {
            var unit = recipe.NoiseScope == NoiseScope.Sequence ? shared
                : recipe.Antithetic ? (strata[n] + random.NextUnit()) / count
                : random.NextUnit();
            levels[n] = recipe.MinNoise + ((1 - recipe.MinNoise) * unit);
        }

        return levels;
    }

    /// <summary>Gumbel-top-k: successive draws without replacement, each in proportion to the weights that are left (Efficient-DLM, Eq. 2).</summary>
    private static void DrawExactly(ConversionRecipe recipe, ref SampleRandom random, double level, BlockLayout layout, (int Start, int End) block, ReadOnlySpan<bool> supervised, int supervisedCount, bool[] masked)
    {
        var whole = recipe.MaskPool == MaskPool.Block;
        var pool = whole ? block.End - block.Start : supervisedCount;
        var k = (int)Math.Round(level * pool, MidpointRounding.ToEven);
        k = Math.Clamp(k, recipe.AtLeastOneMasked ? 1 : 0, pool);
        var slope = Math.Log(2) / (recipe.HalfLifeRatio * layout.BlockSize) * (1 - level);
        var scores = new double[pool];
        var positions = new int[pool];
        var n = 0;
        for (var i = block.Start; i < block.End; i++)
        {
            if (whole || supervised[i])
            {
                positions[n] = i;
                scores[n++] = -((slope * layout.IndexInBlock(i)) - Math.Log(-Math.Log(random.NextUnit())));   // negated: ascending order puts the largest first
            }
        }

        Array.Sort(scores, positions);
        foreach (var position in positions.AsSpan(0, k))
        {
            masked[position] = supervised[position];
        }
    }

    private static int Nth(ReadOnlySpan<bool> supervised, int start, int n)
    {
        for (var i = start; ; i++)
        {
            if (supervised[i] && n-- == 0)
            {
                return i;
            }
        }
    }
}
