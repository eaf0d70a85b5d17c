using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Tests.Generation;

public class TokenSamplerTests
{
    private static readonly float[] Logits = [1f, 3f, -2f, 2.5f, 0f, float.NegativeInfinity, 2f];

    [Fact]
    public void TemperatureZero_IsTheArgMaxWithItsSoftmaxProbability()
    {
        var prediction = new TokenSampler(0, 0, 1, ConfidenceMeasure.Probability).Predict(Logits, 0.99);
        Assert.Equal(1, prediction.Token);
        Assert.Equal(Softmax(Logits)[1], prediction.Confidence, 5);
    }

    [Fact]
    public void GreedyTie_TakesTheLowestId()
        => Assert.Equal(1, new TokenSampler(0, 0, 1, ConfidenceMeasure.Probability).Predict([0f, 2f, 2f], 0).Token);

    // NBDiff's margin sorts ascending and indexes the wrong axis.
    [Theory]
    [InlineData(ConfidenceMeasure.Margin)]
    [InlineData(ConfidenceMeasure.NegativeEntropy)]
    [InlineData(ConfidenceMeasure.Probability)]
    public void Confidence_EqualsItsDefinition(ConfidenceMeasure measure)
    {
        var random = new Random(11);
        var sampler = new TokenSampler(0, 0, 1, measure);
        for (var trial = 0; trial < 100; trial++)
        {
            var logits = Enumerable.Range(0, random.Next(2, 40)).Select(_ => (float)((random.NextDouble() - 0.5) * 12)).ToArray();
            var p = Softmax(logits).OrderDescending().ToArray();
            var expected = measure switch
            {
                ConfidenceMeasure.Margin => p[0] - p[1],
                ConfidenceMeasure.NegativeEntropy => p.Sum(x => x * Math.Log(x)),
                _ => p[0],
            };
            Assert.Equal(expected, sampler.Predict(logits, 0).Confidence, 4);
        }
    }

    [Theory]
    [InlineData(1.0, 0, 1.0)]
    [InlineData(0.7, 0, 1.0)]
    [InlineData(1.0, 3, 1.0)]
    [InlineData(1.5, 0, 0.8)]
    [InlineData(0.8, 4, 0.75)]
    public void Draws_FollowTheFilteredDistribution(double temperature, int topK, double topP)
    {
        var expected = Filtered(Logits, temperature, topK, topP);
        var sampler = new TokenSampler(temperature, topK, topP, ConfidenceMeasure.Probability);
        var counts = new double[Logits.Length];
        const int draws = 20000;
        for (var i = 0; i < draws; i++)
        {
            counts[sampler.Predict(Logits, (i + 0.5) / draws).Token]++;
        }

        // An even grid of u instead of random draws: each token's share is its probability to within one grid step.
        for (var token = 0; token < counts.Length; token++)
        {
            Assert.Equal(expected[token], counts[token] / draws, 1e-3);
        }
    }

    [Fact]
    public void LargeVocabulary_NucleusEqualsSortingEverything()
    {
        var random = new Random(5);
        var logits = Enumerable.Range(0, 5000).Select(_ => (float)(random.NextDouble() * 8)).ToArray();
        foreach (var (topK, topP) in new[] { (0, 0.9), (50, 1.0), (50, 0.5), (0, 0.01) })
        {
            var kept = Filtered(logits, 1, topK, topP);
            var sampler = new TokenSampler(1, topK, topP, ConfidenceMeasure.Probability);
            HashSet<int> seen = [];
            for (var i = 0; i < 3000; i++)
            {
                seen.Add(sampler.Predict(logits, (i + 0.5) / 3000).Token);
            }

            Assert.All(seen, token => Assert.True(kept[token] > 0));
        }
    }

    [Fact]
    public void Confidence_IsTheModelsOwnWhateverTheTemperatureAndFilters()
    {
        var prediction = new TokenSampler(3, 2, 0.9, ConfidenceMeasure.Probability).Predict(Logits, 0.9);
        Assert.Equal(Softmax(Logits)[prediction.Token], prediction.Confidence, 5);
    }

    [Fact]
    public void TinyTemperature_IsGreedyInTheLimit()
    {
        var sampler = new TokenSampler(1e-40, 0, 1, ConfidenceMeasure.Probability);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal(1, sampler.Predict(Logits, i / 10.0).Token));
    }

    [Fact]
    public void ForbiddenId_IsNeverDrawn()
    {
        var sampler = new TokenSampler(100, 0, 1, ConfidenceMeasure.Probability);
        Assert.DoesNotContain(Enumerable.Range(0, 1000), i => sampler.Predict(Logits, i / 1000.0).Token == 5);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void LogitsThatAreNotFinite_AreAnError(float bad)
        => Assert.Throws<GenerationException>(() => new TokenSampler(0, 0, 1, ConfidenceMeasure.Probability).Predict([0f, bad, 1f], 0));

    [Fact]
    public void AllForbidden_IsAnError()
        => Assert.Throws<GenerationException>(() => new TokenSampler(0, 0, 1, ConfidenceMeasure.Probability).Predict([float.NegativeInfinity], 0));

    [Fact]
    public void SettingsOutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(-1, 0, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(1, -1, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(1, 0, 0, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(1, 0, 1.1, default));
    }

    [Fact]
    public void RandomNumbers_AreUniformAndDependOnEveryCoordinate()
    {
        var values = Enumerable.Range(0, 10000).Select(i => CounterRandom.Uniform(3, i / 1000, i % 1000 / 10, i % 10)).ToArray();
        Assert.Equal(values.Length, values.Distinct().Count());
        Assert.All(values, v => Assert.InRange(v, 0, 0.9999999999999999));
        for (var decile = 0; decile < 10; decile++)
        {
            Assert.InRange(values.Count(v => (int)(v * 10) == decile), 850, 1150);
        }

        Assert.NotEqual(CounterRandom.Uniform(0, 0, 0, 1), CounterRandom.Uniform(0, 0, 1, 0));
        Assert.NotEqual(CounterRandom.Uniform(0, 0, 0, 0), CounterRandom.Uniform(1, 0, 0, 0));
    }

    private static double[] Softmax(float[] logits, double temperature = 1)
    {
        var max = logits.Max();
        var e = logits.Select(l => Math.Exp((l - max) / temperature)).ToArray();
        return [.. e.Select(x => x / e.Sum())];
    }

    private static double[] Filtered(float[] logits, double temperature, int topK, double topP)
    {
        var p = Softmax(logits, temperature);
        var order = Enumerable.Range(0, p.Length).OrderByDescending(i => p[i]).ThenBy(i => i).ToArray();
        var kept = topK > 0 ? order.Take(topK).ToArray() : order;
        var mass = kept.Sum(i => p[i]);
        var result = new double[p.Length];
        double sum = 0;
        foreach (var i in kept)
        {
            if (sum >= topP * mass)
            {
                break;
            }

            sum += p[i];
            result[i] = p[i];
        }

        return [.. result.Select(x => x / sum)];
    }
}
