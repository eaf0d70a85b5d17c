using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Objectives;

namespace LoraDiff.Conversion.Tests.Objectives;

public sealed class CorruptionTests
{
    private static readonly ConversionRecipe Exact = ConversionRecipe.LoraDiff with { AtLeastOneMasked = false, Antithetic = false, WeightProbability = WeightProbability.NoiseLevel };

    private static bool[] All(int n) => [.. Enumerable.Repeat(true, n)];

    private static bool[] From(int start, int n) => [.. Enumerable.Range(0, n).Select(i => i >= start)];

    /// <summary>papers.md §4.3: masking curves at in-block indices 0, b/4, b/2, 3b/4, b−1, and E[mask/m] there.</summary>
    [Theory]
    [InlineData(16, 1e9, new[] { .50, .50, .50, .50, .50 }, new[] { .98, .98, .98, .98, .98 })]
    [InlineData(16, 0.25, new[] { .374, .431, .501, .585, .655 }, new[] { .59, .75, .96, 1.25, 1.54 })]
    [InlineData(16, 0.1, new[] { .269, .353, .484, .675, .834 }, new[] { .35, .51, .83, 1.46, 2.31 })]
    [InlineData(16, 0.05, new[] { .195, .292, .482, .754, .926 }, new[] { .23, .38, .73, 1.56, 2.86 })]
    [InlineData(32, 0.1, new[] { .266, .346, .473, .663, .844 }, new[] { .35, .50, .80, 1.44, 2.42 })]
    [InlineData(64, 0.1, new[] { .263, .342, .468, .655, .851 }, new[] { .34, .49, .79, 1.42, 2.50 })]
    public void PositionDependent_OverManyBlocks_FollowsThePublishedCurve(int b, double lambda, double[] frequency, double[] weight)
    {
        const int Draws = 1200, Blocks = 32;
        var recipe = Exact with { HalfLifeRatio = lambda };
        var layout = new BlockLayout(b * Blocks, b);
        var (masked, weights) = (new double[b], new double[b]);
        for (var draw = 0; draw < Draws; draw++)
        {
            var corruption = Corruption.Draw(recipe, 1, draw, 2, layout, All(layout.Length));
            for (var i = 0; i < layout.Length; i++)
            {
                masked[i % b] += corruption.Masked[i] ? 1 : 0;
                weights[i % b] += corruption.Masked[i] ? 1 / corruption.Probability[i] : 0;
            }
        }

        int[] indices = [0, b / 4, b / 2, 3 * b / 4, b - 1];
        for (var n = 0; n < indices.Length; n++)
        {
            Assert.Equal(frequency[n], masked[indices[n]] / (Draws * Blocks), 0.012);
            Assert.Equal(weight[n], weights[indices[n]] / (Draws * Blocks), 0.08);
        }

        Assert.Equal(0.5005, masked.Average() / (Draws * Blocks), 0.006);
    }

    /// <summary>papers.md §4.3: exact inclusion probabilities at b = 4, for blocks where k came out as given.</summary>
    [Theory]
    [InlineData(0.25, .25, new[] { .0974, .1638, .2755, .4633 })]
    [InlineData(0.25, .50, new[] { .3127, .4261, .5643, .6968 })]
    [InlineData(0.25, .75, new[] { .6531, .7245, .7856, .8368 })]
    [InlineData(0.1, .25, new[] { .0148, .0544, .1994, .7314 })]
    [InlineData(0.1, .50, new[] { .1309, .3037, .6675, .8979 })]
    [InlineData(0.1, .75, new[] { .5138, .7106, .8466, .9290 })]
    public void PositionDependent_AtOneNoiseLevel_HasTheExactInclusionProbabilities(double lambda, double level, double[] expected)
    {
        // ε next to 1 would pin t at 1; a level of its own comes from narrowing what is counted: blocks whose t lies close to it.
        var recipe = Exact with { HalfLifeRatio = lambda };
        var layout = new BlockLayout(4 * 64, 4);
        var (masked, blocks) = (new double[4], 0);
        for (var draw = 0; draw < 8000; draw++)
        {
            var corruption = Corruption.Draw(recipe, 3, draw, 0, layout, All(layout.Length));
            for (var block = 0; block < layout.Count; block++)
            {
                if (Math.Abs(corruption.Probability[block * 4] - level) < 0.02)
                {
                    blocks++;
                    for (var j = 0; j < 4; j++)
                    {
                        masked[j] += corruption.Masked[(block * 4) + j] ? 1 : 0;
                    }
                }
            }
        }

        Assert.Equal(expected.Sum(), masked.Sum() / blocks, 1e-9 + 1e-3);
        for (var j = 0; j < 4; j++)
        {
            Assert.Equal(expected[j], masked[j] / blocks, 0.015);
        }
    }

    /// <summary>papers.md §4.3: blocks with nothing masked.</summary>
    [Theory]
    [InlineData(MaskSampling.PositionDependent, 4, 0.124)]
    [InlineData(MaskSampling.PositionDependent, 16, 0.030)]
    [InlineData(MaskSampling.Uniform, 4, 0.20)]
    [InlineData(MaskSampling.Uniform, 16, 0.059)]
    public void Draw_WithoutAMinimum_LeavesThePublishedShareOfBlocksEmpty(MaskSampling sampling, int b, double share)
    {
        var layout = new BlockLayout(b * 50, b);
        var empty = 0;
        for (var draw = 0; draw < 800; draw++)
        {
            var masked = Corruption.Draw(Exact with { MaskSampling = sampling }, 5, draw, 0, layout, All(layout.Length)).Masked;
            empty += Enumerable.Range(0, 50).Count(n => !masked.AsSpan(n * b, b).Contains(true));
        }

        Assert.Equal(share, empty / 40000.0, 0.006);
    }

    /// <summary>Bug 14 of the survey.</summary>
    [Theory]
    [InlineData(MaskSampling.PositionDependent, MaskPool.Supervised)]
    [InlineData(MaskSampling.PositionDependent, MaskPool.Block)]
    [InlineData(MaskSampling.Uniform, MaskPool.Supervised)]
    public void Draw_WithAMinimum_MasksSomethingInEveryEligibleBlock(MaskSampling sampling, MaskPool pool)
    {
        var recipe = ConversionRecipe.LoraDiff with { MaskSampling = sampling, MaskPool = pool };
        var layout = new BlockLayout(22, 4);
        for (var draw = 0; draw < 500; draw++)
        {
            var masked = Corruption.Draw(recipe, 7, draw, 0, layout, From(6, 22)).Masked;
            for (var block = 1; block < layout.Count; block++)
            {
                Assert.Contains(true, masked[layout.Start(block)..layout.End(block)]);
            }
        }
    }

    [Theory]
    [InlineData("LoraDiff")]
    [InlineData("NBDiff")]
    [InlineData("EfficientDlm")]
    public void Draw_ByAnyPreset_NeverMasksThePrompt(string name)
    {
        var layout = new BlockLayout(37, 8, 11);
        for (var draw = 0; draw < 300; draw++)
        {
            var corruption = Corruption.Draw(ConversionRecipe.FromName(name), 1, draw, 4, layout, From(11, 37));
            Assert.DoesNotContain(true, corruption.Masked[..11]);
            Assert.All(Enumerable.Range(0, 37).Where(i => corruption.Masked[i]), i => Assert.InRange(corruption.Probability[i], 1e-3f, 1f));
        }
    }

    /// <summary>Bug 13 of the survey: with k over the supervised positions and the masked share in the weight, the frequency is the probability, block by block.</summary>
    [Fact]
    public void LoraDiff_OnPartlySupervisedBlocks_WeighsWithTheRateThatWasMasked()
    {
        var layout = new BlockLayout(24, 8);
        var supervised = From(5, 24);
        for (var draw = 0; draw < 500; draw++)
        {
            var corruption = Corruption.Draw(ConversionRecipe.LoraDiff, 1, draw, 0, layout, supervised);
            foreach (var (start, end, n) in new[] { (0, 8, 3), (8, 16, 8), (16, 24, 8) })
            {
                Assert.Equal((float)corruption.Masked[start..end].Count(m => m) / n, corruption.Probability[start]);
            }
        }
    }

    /// <summary>The other side of bug 13, kept because the source has it: k over the whole block thins out where the prompt reaches into it.</summary>
    [Fact]
    public void EfficientDlm_OnPartlySupervisedBlocks_MasksLessThanK()
    {
        var layout = new BlockLayout(16, 16);
        double masked = 0, levels = 0;
        for (var draw = 0; draw < 4000; draw++)
        {
            var corruption = Corruption.Draw(ConversionRecipe.EfficientDlm with { HalfLifeRatio = 1e9 }, 1, draw, 0, layout, From(8, 16));
            masked += corruption.Masked.Count(m => m);
            levels += 16 * corruption.Probability[0];
        }

        Assert.Equal(0.5, masked / levels, 0.02);
    }

    [Fact]
    public void Uniform_OverManyDraws_MasksWithItsProbability()
    {
        var layout = new BlockLayout(64, 64);
        double masked = 0, expected = 0;
        for (var draw = 0; draw < 4000; draw++)
        {
            var corruption = Corruption.Draw(ConversionRecipe.NBDiff, 2, draw, 0, layout, All(64));
            masked += corruption.Masked.Count(m => m);
            expected += 64 * (double)corruption.Probability[0];
        }

        Assert.Equal(expected / 256000, masked / 256000, 0.005);
        Assert.Equal(0.5005, expected / 256000, 0.02);
    }

    [Fact]
    public void SequenceScope_HasOneLevel_BlockScopeHasOneEach()
    {
        var layout = new BlockLayout(64, 8);
        Assert.Single(Corruption.Draw(ConversionRecipe.NBDiff, 1, 1, 1, layout, All(64)).Probability.Distinct());
        Assert.Equal(8, Corruption.Draw(ConversionRecipe.EfficientDlm, 1, 1, 1, layout, All(64)).Probability.Distinct().Count());
    }

    /// <summary>Strata: one level in each K-th of the unit interval, and (bug 24 of the survey) no tie between block index and level.</summary>
    [Fact]
    public void Antithetic_Levels_CoverTheStrataAndAreUncorrelatedWithTheBlock()
    {
        var recipe = Exact with { Antithetic = true, MinNoise = 1e-9 };
        var layout = new BlockLayout(32, 4);
        double correlation = 0;
        for (var draw = 0; draw < 3000; draw++)
        {
            var corruption = Corruption.Draw(recipe, 1, draw, 0, layout, All(32));
            var levels = Enumerable.Range(0, 8).Select(n => (double)corruption.Probability[n * 4]).ToArray();
            Assert.Equal(Enumerable.Range(0, 8), levels.Order().Select(t => (int)(t * 8)));
            correlation += levels.Select((t, n) => (t - 0.5) * (n - 3.5)).Sum();
        }

        // per draw the sum has standard deviation √(Σ(n−3.5)²/12·8/7) ≈ 2.0
        Assert.Equal(0, correlation / 3000, 0.15);
    }

    [Fact]
    public void Draw_OfTheSameKeys_IsTheSame_AndOfOthersIsNot()
    {
        var layout = new BlockLayout(64, 8);
        bool[] Draw(long seed, long step, long sample) => Corruption.Draw(ConversionRecipe.LoraDiff, seed, step, sample, layout, All(64)).Masked;
        Assert.Equal(Draw(1, 2, 3), Draw(1, 2, 3));
        Assert.NotEqual(Draw(1, 2, 3), Draw(2, 2, 3));
        Assert.NotEqual(Draw(1, 2, 3), Draw(1, 3, 3));
        Assert.NotEqual(Draw(1, 2, 3), Draw(1, 2, 4));
        Assert.NotEqual(Draw(1, 2, 3), Draw(3, 2, 1));
    }

    [Fact]
    public void Draw_WithNothingSupervised_MasksNothing()
    {
        var layout = new BlockLayout(8, 4);
        Assert.DoesNotContain(true, Corruption.Draw(ConversionRecipe.LoraDiff, 1, 1, 1, layout, new bool[8]).Masked);
        Assert.Throws<ArgumentException>(() => Corruption.Draw(ConversionRecipe.LoraDiff, 1, 1, 1, layout, new bool[7]));
    }
}
