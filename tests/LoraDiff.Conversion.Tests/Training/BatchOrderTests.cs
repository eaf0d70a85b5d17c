using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion.Tests.Training;

public sealed class BatchOrderTests
{
    private static readonly int[] Lengths = [5, 9, 3, 7, 4, 8, 6];

    [Fact]
    public void At_OverAnEpoch_TakesEveryDocumentOnce()
    {
        var order = new BatchOrder(Lengths, 3, null, 1);
        var taken = Enumerable.Range(0, 7).SelectMany(s => order.At(s).Documents).ToArray();   // 21 rows, three epochs
        for (var epoch = 0; epoch < 3; epoch++)
        {
            Assert.Equal(Enumerable.Range(0, 7), taken[(epoch * 7)..((epoch + 1) * 7)].Order());
        }

        Assert.NotEqual(taken[..7], taken[7..14]);
        Assert.Equal([0L, 0, 0, 1, 1, 2, 2], Enumerable.Range(0, 7).Select(s => order.At(s).Epoch));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(12)]
    public void At_AskedInAnyOrder_IsAFunctionOfTheStep(int? tokens)
    {
        var forward = new BatchOrder(Lengths, 3, tokens, 1);
        var late = new BatchOrder(Lengths, 3, tokens, 1);
        var expected = Enumerable.Range(0, 20).Select(s => forward.At(s)).ToArray();
        foreach (var step in new[] { 19, 0, 7, 13, 7 })
        {
            Assert.Equal(expected[step].Documents, late.At(step).Documents);
            Assert.Equal(expected[step].Epoch, late.At(step).Epoch);
        }

        Assert.NotEqual(expected.Select(e => string.Join(",", e.Documents)), Enumerable.Range(0, 20).Select(s => string.Join(",", new BatchOrder(Lengths, 3, tokens, 2).At(s).Documents)));
    }

    [Fact]
    public void At_WithATokenBudget_NeverExceedsItAndNeverSpansEpochs()
    {
        var order = new BatchOrder(Lengths, 3, 12, 4);
        List<int> epoch = [];
        for (var step = 0; step < 30; step++)
        {
            var (documents, _) = order.At(step);
            Assert.True(documents.Length == 1 || documents.Sum(d => Lengths[d]) <= 12);
            epoch.AddRange(documents);
            if (epoch.Count >= 7)
            {
                Assert.Equal(Enumerable.Range(0, 7), epoch.Order());
                epoch.Clear();
            }
        }
    }

    /// <summary>Packs hold every document once an epoch, are never too full, and are nearly full.</summary>
    [Fact]
    public void Packs_AreTight_AndAFunctionOfTheStep()
    {
        var random = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, 2000).Select(_ => random.Next(5, 200)), 900];
        var order = new BatchOrder(lengths, 1, null, 4, packLength: 512);
        List<int> taken = [];
        var (steps, full) = (0, 0L);
        for (; taken.Count < lengths.Length; steps++)
        {
            var (documents, epoch) = order.At(steps);
            Assert.Equal(0, epoch);
            var tokens = documents.Sum(d => lengths[d]);
            Assert.True(tokens <= 512 || documents.Length == 1, $"{tokens} tokens in a pack of 512");
            full += tokens;
            taken.AddRange(documents);
        }

        Assert.Equal(Enumerable.Range(0, lengths.Length), taken.Order());
        Assert.True(full >= 0.97 * 512 * steps, $"{full} tokens in {steps} packs");
        var (next, second) = order.At(steps);
        Assert.Equal(1, second);
        Assert.Equal(next, new BatchOrder(lengths, 1, null, 4, 512).At(steps).Documents);
        Assert.Equal(order.At(0).Documents.Concat(order.At(1).Documents).Concat(order.At(2).Documents), new BatchOrder(lengths, 3, null, 4, 512).At(0).Documents);
    }

    [Fact]
    public void Order_WithoutDocuments_IsRefused() => Assert.Throws<TrainingException>(() => new BatchOrder([], 3, null, 0));
}
