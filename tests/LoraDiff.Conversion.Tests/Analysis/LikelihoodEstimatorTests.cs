using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Tests.Generation;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Analysis;

public class LikelihoodEstimatorTests
{
    [Fact]
    public void TokenCausalUnderShift_IsTheExactLikelihood()
    {
        var samples = Samples((12, 5), (9, 1), (20, 13));
        double sum = 0;
        foreach (var sample in samples)
        {
            using var noGrad = no_grad();
            using var scope = NewDisposeScope();
            using var plan = AttentionPlan.Causal(sample.Ids.Length);
            var hidden = TinyModel.Shared.forward(tensor(sample.Ids.Select(i => (long)i).ToArray()), arange(sample.Ids.Length), plan);
            var logProbabilities = nn.functional.log_softmax(TinyModel.Shared.Head(hidden).to(float64), -1);
            for (var i = sample.CompletionStart; i < sample.Ids.Length; i++)
            {
                sum -= logProbabilities[i - 1, sample.Ids[i]].item<double>();
            }
        }

        var expected = sum / samples.Sum(s => s.Targets);
        var actual = new LikelihoodEstimator(TinyModel.Shared, DecodingProfile.Autoregressive([])).PerToken(samples, default);
        Assert.Equal(expected, actual!.Value, 1e-4 * expected);
    }

    // Blocks of one token, same position: there is one masked set only, so the bound is exact and equals decoding's own probabilities.
    [Fact]
    public void BlocksOfOneToken_NeedNoMonteCarlo()
    {
        var profile = TinyModel.Profile(1, shift: false, CleanHalf.BlockCausal);
        var sample = Samples((8, 4))[0];
        double expected = 0;
        for (var i = 4; i < 8; i++)
        {
            expected += MinusLog(profile, sample, i, [i], i) / 4;
        }

        Assert.Equal(expected, new LikelihoodEstimator(TinyModel.Shared, profile, draws: 2).PerToken([sample], default)!.Value, 1e-3);
    }

    [Theory]
    [InlineData(false, CleanHalf.BlockCausal)]
    [InlineData(true, CleanHalf.BlockCausal)]
    [InlineData(false, CleanHalf.TokenCausal)]
    public void Bound_ConvergesToTheEnumerationOfAllMaskedSets(bool shift, CleanHalf clean)
    {
        var profile = TinyModel.Profile(4, shift, clean);
        var sample = Samples((9, 5))[0];
        double expected = shift ? MinusLog(profile, sample, 5, [5, 6, 7, 8], 5) : 0;
        int[] free = shift ? [6, 7, 8] : [5, 6, 7, 8];
        for (var bits = 1; bits < 1 << free.Length; bits++)
        {
            int[] masked = [.. free.Where((_, i) => (bits >> i & 1) == 1)];
            // Every size k has weight 1/n, every set of that size the same share, every token n/k.
            var sets = Binomial(free.Length, masked.Length);
            expected += masked.Sum(p => MinusLog(profile, sample, p, masked, 5)) / masked.Length / sets;
        }

        var actual = new LikelihoodEstimator(TinyModel.Shared, profile, draws: 600, seed: 3).PerToken([sample], default)!.Value;
        Assert.Equal(expected / 4, actual, 0.02 * expected / 4);
    }

    [Fact]
    public void SameSeed_SameEstimate()
    {
        var profile = TinyModel.Profile(4, shift: false, CleanHalf.BlockCausal, GridOrigin.Sequence);
        var samples = Samples((17, 6), (30, 9));
        double? Estimate(long seed) => new LikelihoodEstimator(TinyModel.Shared, profile, seed: seed).PerToken(samples, default);
        Assert.Equal(Estimate(1), Estimate(1));
        Assert.NotEqual(Estimate(1), Estimate(2));
    }

    [Fact]
    public void NothingToScore_IsNull()
        => Assert.Null(new LikelihoodEstimator(TinyModel.Shared, DecodingProfile.Autoregressive([])).PerToken([], default));

    private static double MinusLog(DecodingProfile profile, LikelihoodSample sample, int position, int[] masked, int start)
    {
        var tokens = new int?[sample.Ids.Length + profile.BlockSize];
        for (var i = 0; i < sample.Ids.Length; i++)
        {
            tokens[i] = masked.Contains(i) ? null : sample.Ids[i];
        }

        var block = profile.BlockStart(position, start);
        var row = ReferenceDecoder.Logits(TinyModel.Shared, profile, tokens, block, sample.CompletionStart)[profile.Shift ? position - 1 : position];
        var max = row.Max();
        return max + Math.Log(row.Sum(l => Math.Exp(l - max))) - row[sample.Ids[position]];
    }

    private static double Binomial(int n, int k) => k == 0 ? 1 : Binomial(n - 1, k - 1) * n / k;

    private static LikelihoodSample[] Samples(params (int Length, int Start)[] shapes)
        => [.. TinyModel.Prompts([.. shapes.Select(s => s.Length)]).Zip(shapes, (ids, shape) => new LikelihoodSample(ids, shape.Start))];
}
