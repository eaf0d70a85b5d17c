using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Objectives;
using LoraDiff.Conversion.Tests.Training;
using LoraDiff.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Objectives;

/// <summary>DESIGN §8, invariants 3 to 7.</summary>
public sealed class InvariantTests : IDisposable
{
    private const int Length = 22;

    private static readonly int[] Clean = [.. Enumerable.Range(0, Length).Select(i => (i * 37 + 11) % TinyModel.Vocabulary)];

    private readonly TinyModel _tiny = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private CausalModel Model => _tiny.Model;

    private static int[] Noise(int seed)
    {
        var random = new Random(seed);
        return [.. Clean.Select(id => random.NextDouble() < 0.5 ? TinyModel.MaskToken : id)];
    }

    private float[][] Logits(StreamLayout stream, int[] noisy, int[] clean, AttentionPath path = AttentionPath.Fast)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var (ids, positions) = (new long[stream.Rows], new long[stream.Rows]);
        stream.Fill([noisy], [clean], ids, positions);
        using var plan = new AttentionPlan(stream.Segments, path);
        return Rows(Model.Head(Model.forward(tensor(ids), tensor(positions), plan)));
    }

    private static float[][] Rows(Tensor logits) => [.. logits.to(float32).data<float>().ToArray().Chunk((int)logits.size(1))];

    private static StreamLayout Whole(BlockPattern pattern, int blockSize, int origin = 0) => new(pattern, [new StreamDocument(new BlockLayout(Length, blockSize, origin))]);

    private static void Same(IEnumerable<float[]> expected, IEnumerable<float[]> found, string what)
        => Numbers.Close([.. expected.SelectMany(r => r)], [.. found.SelectMany(r => r)], 1e-4, what);

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(30)]
    public void Three_TokenCausalCleanHalf_IsTheAutoregressiveModel_WhateverTheNoise(int blockSize)
    {
        using var fresh = new TinyModel(fresh: true);
        using var noGrad = no_grad();
        using var plan = AttentionPlan.Causal(Length);
        var (ids, positions) = (Clean.Select(i => (long)i).ToArray(), Enumerable.Range(0, Length).Select(i => (long)i).ToArray());
        float[][] causal;
        using (fresh.Adapter.Disabled())
        {
            causal = Rows(fresh.Model.Head(fresh.Model.forward(tensor(ids), tensor(positions), plan)));
        }

        var stream = Whole(BlockPattern.CleanTokenCausal, blockSize);
        foreach (var seed in new[] { 1, 2 })
        {
            var (all, places) = (new long[stream.Rows], new long[stream.Rows]);
            stream.Fill([Noise(seed)], [Clean], all, places);
            using var both = new AttentionPlan(stream.Segments);
            Same(causal, Rows(fresh.Model.Head(fresh.Model.forward(tensor(all), tensor(places), both)))[Length..], "clean half");
        }
    }

    [Theory]
    [InlineData(BlockPattern.CleanTokenCausal, 4, 0)]
    [InlineData(BlockPattern.CleanTokenCausal, 8, 3)]
    [InlineData(BlockPattern.CleanBlockCausal, 4, 0)]
    [InlineData(BlockPattern.CleanBlockCausal, 8, 3)]
    [InlineData(BlockPattern.CleanTokenCausal, 1, 0)]
    public void Four_NoisyBlock_IsOneDecodingStepOverTheCachedCleanBlocks(BlockPattern pattern, int blockSize, int origin)
    {
        using var noGrad = no_grad();
        var layout = new BlockLayout(Length, blockSize, origin);
        var noisy = Noise(3);
        var training = Logits(Whole(pattern, blockSize, origin), noisy, Clean);
        using var cache = new KeyValueCache(Model.LayerCount, Model.Config.KeyValueHeads, Model.Config.HeadDim, 1, Length, ScalarType.Float32, CPU);
        for (var block = 0; block < layout.Count; block++)
        {
            var (start, count) = (layout.Start(block), layout.End(block) - layout.Start(block));
            Same(training[start..(start + count)], Step(noisy, new KeyRange(0, start + count)), $"block {block}");
            Step(Clean, new KeyRange(0, start + count, Causal: pattern == BlockPattern.CleanTokenCausal));   // the finished block's keys replace the noisy ones

            float[][] Step(int[] tokens, KeyRange seen)
            {
                var rows = Enumerable.Range(start, count).Select(i => (long)i).ToArray();
                using var plan = new AttentionPlan(new SegmentTable(count, Length, [new(0, count, seen)]), AttentionPath.Fast, cache, tensor(rows));
                return Rows(Model.Head(Model.forward(tensor(rows.Select(i => (long)tokens[i]).ToArray()), tensor(rows), plan)));
            }
        }
    }

    [Fact]
    public void Five_AtBlockSizeOne_PatternsCoincide_AndWithoutNoiseAreTheCausalModel()
    {
        var noisy = Noise(4);
        Same(Logits(Whole(BlockPattern.CleanTokenCausal, 1), noisy, Clean), Logits(Whole(BlockPattern.CleanBlockCausal, 1), noisy, Clean), "both patterns");
        Same(Logits(Whole(BlockPattern.Causal, 1), Clean, Clean), Logits(Whole(BlockPattern.CleanTokenCausal, 1), Clean, Clean)[..Length], "noisy half without noise");
    }

    [Theory]
    [InlineData(BlockPattern.CleanTokenCausal)]
    [InlineData(BlockPattern.CleanBlockCausal)]
    public void Five_WithOneBlock_TheNoisyHalfIsBidirectional(BlockPattern pattern)
        => Same(Logits(Whole(BlockPattern.Bidirectional, Length), Noise(5), Clean), Logits(Whole(pattern, Length + 5), Noise(5), Clean)[..Length], "noisy half");

    [Theory]
    [InlineData(BlockPattern.CleanTokenCausal)]
    [InlineData(BlockPattern.CleanBlockCausal)]
    public void Five_OtherNoise_AndLaterCleanTokens_ChangeNothing(BlockPattern pattern)
    {
        const int B = 4, Block = 2;
        var stream = Whole(pattern, B);
        var noisy = Noise(6);
        var before = Logits(stream, noisy, Clean);
        var changed = (int[])noisy.Clone();
        changed[(Block * B) + 1] = 5;
        var after = Logits(stream, changed, Clean);
        Assert.Equal(Concat(before, 0, Block * B), Concat(after, 0, Block * B));
        Assert.Equal(Concat(before, (Block + 1) * B, (2 * Length) - ((Block + 1) * B)), Concat(after, (Block + 1) * B, (2 * Length) - ((Block + 1) * B)));
        Assert.NotEqual(Concat(before, Block * B, B), Concat(after, Block * B, B));

        var later = (int[])Clean.Clone();
        later[Block * B] = 7;
        after = Logits(stream, noisy, later);
        Assert.Equal(Concat(before, 0, (Block + 1) * B), Concat(after, 0, (Block + 1) * B));
        Assert.NotEqual(Concat(before, (Block + 1) * B, B), Concat(after, (Block + 1) * B, B));
    }

    /// <summary>The same as a gradient: what a block's loss sends back to the embeddings of other blocks' noise and of its own clean copy is exactly zero.</summary>
    [Theory]
    [InlineData(BlockPattern.CleanTokenCausal)]
    [InlineData(BlockPattern.CleanBlockCausal)]
    public void Five_GradientOfABlock_ReachesOnlyWhatItSees(BlockPattern pattern)
    {
        const int B = 4, Block = 2;
        var stream = Whole(pattern, B);
        var (ids, positions) = (new long[stream.Rows], new long[stream.Rows]);
        stream.Fill([Noise(7)], [Clean], ids, positions);
        using var plan = new AttentionPlan(stream.Segments);
        var embedded = Model.Embed(tensor(ids)).detach().requires_grad_();
        var hidden = embedded;
        var rotary = Model.Rotary(tensor(positions));
        for (var layer = 0; layer < Model.LayerCount; layer++)
        {
            hidden = Model.Layer(layer, hidden, rotary, plan);
        }

        hidden.narrow(0, Block * B, B).pow(2).sum().backward();
        var reached = embedded.grad!.abs().sum(1).data<float>().ToArray().Select(g => g > 0);
        Assert.Equal(Enumerable.Range(0, 2 * Length).Select(i => i < Length ? i / B == Block : i - Length < Block * B), reached);
    }

    [Theory]
    [InlineData("LoraDiff", 4)]
    [InlineData("NBDiff", 8)]
    [InlineData("EfficientDlm", 4)]
    public void Six_FastPath_IsTheReferencePath_ForwardAndGradient(string name, int blockSize)
    {
        var recipe = ConversionRecipe.FromName(name);
        MaskedDocument[] documents = [.. TinyModel.Samples(3).Select((s, n) => MaskedDocument.Draw(recipe, s, n, blockSize, TinyModel.PadToken, 1, 1))];
        var batch = MicroBatch.Create(recipe, documents, StepTotals.Of(documents), TinyModel.MaskToken);
        var fast = LossComputation.Run(Model, batch, backward: true);
        var fastGradients = _tiny.TakeGradients();
        var reference = LossComputation.Run(Model, batch, backward: true, path: AttentionPath.Reference);
        var referenceGradients = _tiny.TakeGradients();
        Numbers.Relative(reference.Diffusion, fast.Diffusion, 1e-5, "diffusion loss");
        Assert.Contains(referenceGradients.Values, g => g.Any(v => v != 0));
        Assert.All(referenceGradients, g => Numbers.Close(g.Value, fastGradients[g.Key], 1e-5, g.Key));
    }

    /// <summary>Dropping rows changes no loss: the same documents with every row of both halves kept, weights applied to the same predictors.</summary>
    [Theory]
    [InlineData("LoraDiff", 4)]
    [InlineData("EfficientDlm", 4)]
    public void Six_DroppedRows_ChangeNeitherLossNorGradient(string name, int blockSize)
    {
        var recipe = ConversionRecipe.FromName(name);
        MaskedDocument[] documents = [.. TinyModel.Samples(3).Select((s, n) => MaskedDocument.Draw(recipe, s, n, blockSize, TinyModel.PadToken, 1, 5))];
        var batch = MicroBatch.Create(recipe, documents, StepTotals.Of(documents), TinyModel.MaskToken);
        var dropped = LossComputation.Run(Model, batch, backward: true);
        var droppedGradients = _tiny.TakeGradients();

        var whole = new StreamLayout(batch.Stream.Pattern, [.. documents.Select(d => new StreamDocument(d.Layout))]);
        Assert.True(batch.Stream.Rows < whole.Rows);
        var (ids, positions) = (new long[whole.Rows], new long[whole.Rows]);
        whole.Fill([.. documents.Select(d => d.Ids.Select((id, i) => d.Corruption.Masked[i] ? TinyModel.MaskToken : id).ToArray())], [.. documents.Select(d => d.Ids)], ids, positions);
        List<long> rows = [];
        List<float> weights = [];
        List<long> targets = [];
        foreach (var (d, i) in documents.SelectMany((d, n) => Enumerable.Range(0, d.Ids.Length).Select(i => (n, i))))
        {
            var document = documents[d];
            if (document.Corruption.Masked[i])
            {
                rows.Add(!recipe.Shift ? whole.NoisyRow(d, i) : document.Layout.StartsBlock(i) ? whole.CleanRow(d, i - 1) : whole.NoisyRow(d, i - 1));
                weights.Add(1 / document.Corruption.Probability[i] / StepTotals.Of(documents).Supervised);
                targets.Add(document.Ids[i]);
            }

            if (document.ArTargets[i])
            {
                rows.Add(whole.CleanRow(d, i - 1));
                weights.Add((float)(recipe.ArWeight / StepTotals.Of(documents).ArTargets));
                targets.Add(document.Ids[i]);
            }
        }

        using var plan = new AttentionPlan(whole.Segments);
        var hidden = Model.forward(tensor(ids), tensor(positions), plan);
        var loss = Model.HeadLosses(hidden.index_select(0, tensor(rows.ToArray())), tensor(targets.ToArray())).dot(tensor(weights.ToArray()));
        loss.backward();
        Numbers.Relative(loss.item<float>(), dropped.Diffusion + dropped.Autoregressive, 1e-5, "loss");
        var gradients = _tiny.TakeGradients();
        Assert.All(gradients, g => Numbers.Close(g.Value, droppedGradients[g.Key], 1e-5, g.Key));
    }

    [Fact]
    public void Six_RoundedBatches_HaveTheSameLossAndGradient()
    {
        var (streamRows, readRows) = (0, 0);
        for (var count = 5; count < 9; count++)
        {
            MaskedDocument[] documents = [.. TinyModel.Samples(count).Select((s, n) => MaskedDocument.Draw(ConversionRecipe.LoraDiff, s, n, 4, TinyModel.PadToken, 1, 5))];
            var totals = StepTotals.Of(documents);
            var plain = MicroBatch.Create(ConversionRecipe.LoraDiff, documents, totals, TinyModel.MaskToken);
            var rounded = MicroBatch.Create(ConversionRecipe.LoraDiff, documents, totals, TinyModel.MaskToken, rounded: true);
            streamRows += rounded.Stream.Rows - plain.Stream.Rows;
            readRows += rounded.Rows.Length - plain.Rows.Length;
            var expected = LossComputation.Run(Model, plain, backward: true);
            var gradients = _tiny.TakeGradients();
            var found = LossComputation.Run(Model, rounded, backward: true);
            Numbers.Relative(expected.Diffusion, found.Diffusion, 1e-5, "diffusion loss");
            Numbers.Relative(expected.ArSum, found.ArSum, 1e-5, "autoregressive sum");
            var roundedGradients = _tiny.TakeGradients();
            Assert.All(gradients, g => Numbers.Close(g.Value, roundedGradients[g.Key], 1e-5, g.Key));
        }

        Assert.True(streamRows > 0 && readRows > 0);
    }

    /// <summary>
    /// Four supervised tokens: the mean of the drawn losses against the sum over all sixteen masks, each with the probability that the recipe gives it. Every mask's losses are computed once by the model.
    /// </summary>
    [Theory]
    [InlineData(MaskSampling.Uniform, WeightProbability.NoiseLevel)]
    [InlineData(MaskSampling.PositionDependent, WeightProbability.MaskedFraction)]
    public void Seven_MonteCarloLoss_IsTheExactEnumeration(MaskSampling sampling, WeightProbability weight)
    {
        const int N = 4, Prompt = 4;
        var recipe = ConversionRecipe.LoraDiff with { Shift = false, ArWeight = 0, MaskSampling = sampling, WeightProbability = weight, AtLeastOneMasked = sampling == MaskSampling.PositionDependent, HalfLifeRatio = 1e9 };
        var layout = new BlockLayout(Prompt + N, N);
        bool[] supervised = [.. Enumerable.Range(0, Prompt + N).Select(i => i >= Prompt)];
        var sums = new double[1 << N];
        for (var mask = 1; mask < sums.Length; mask++)
        {
            bool[] masked = [.. Enumerable.Range(0, Prompt + N).Select(i => i >= Prompt && (mask >> (i - Prompt) & 1) == 1)];
            var document = new MaskedDocument(Clean[..(Prompt + N)], layout, supervised, new bool[Prompt + N], new Corruption(masked, [.. Enumerable.Repeat(1f, Prompt + N)]));
            sums[mask] = N * LossComputation.Run(Model, MicroBatch.Create(recipe, [document], StepTotals.Of([document]), TinyModel.MaskToken), backward: false).Diffusion;
        }

        double exact = 0;
        if (sampling == MaskSampling.Uniform)
        {
            const int Nodes = 20000;   // ∫ over t of Π p^k (1−p)^(n−k) / p, with p = ε + (1−ε)t, by the midpoint rule
            for (var node = 0; node < Nodes; node++)
            {
                var p = recipe.MinNoise + ((1 - recipe.MinNoise) * (node + 0.5) / Nodes);
                for (var mask = 1; mask < sums.Length; mask++)
                {
                    var k = int.PopCount(mask);
                    exact += Math.Pow(p, k - 1) * Math.Pow(1 - p, N - k) * sums[mask] / Nodes;
                }
            }
        }
        else
        {
            double[] binomial = [1, 4, 6, 4, 1];
            double[] share = [0, 0.375, 0.25, 0.25, 0.125];   // of t for which round(4t) is k, nothing rounded up to one
            for (var mask = 1; mask < sums.Length; mask++)
            {
                var k = int.PopCount(mask);
                exact += share[k] / binomial[k] * N / k * sums[mask];
            }
        }

        const int Draws = 60000;
        double mean = 0;
        for (var draw = 0; draw < Draws; draw++)
        {
            var corruption = Corruption.Draw(recipe, 1, draw, 0, layout, supervised);
            var mask = Enumerable.Range(0, N).Sum(j => corruption.Masked[Prompt + j] ? 1 << j : 0);
            mean += mask == 0 ? 0 : sums[mask] / corruption.Probability[Prompt] / Draws;
        }

        Numbers.Relative(exact, mean, 0.02, "mean of the draws");
    }

    /// <summary>Bug 15 of the survey: micro-batches of any sizes accumulate to the whole batch.</summary>
    [Theory]
    [InlineData("LoraDiff")]
    [InlineData("NBDiff")]
    [InlineData("EfficientDlm")]
    public void Seven_AccumulatedMicroBatches_AreOneBatch(string name)
    {
        var recipe = ConversionRecipe.FromName(name);
        MaskedDocument[] documents = [.. TinyModel.Samples(6).Select((s, n) => MaskedDocument.Draw(recipe, s, n, 4, TinyModel.PadToken, 1, 1))];
        var totals = StepTotals.Of(documents);
        var whole = LossComputation.Run(Model, MicroBatch.Create(recipe, documents, totals, TinyModel.MaskToken), backward: true);
        var expected = _tiny.TakeGradients();
        double loss = 0;
        foreach (var part in new[] { documents[..1], documents[1..4], documents[4..] })
        {
            var result = LossComputation.Run(Model, MicroBatch.Create(recipe, part, totals, TinyModel.MaskToken), backward: true);
            loss += result.Diffusion + result.Autoregressive;
        }

        Numbers.Relative(whole.Diffusion + whole.Autoregressive, loss, 1e-5, "loss");
        var gradients = _tiny.TakeGradients();
        Assert.All(expected, g => Numbers.Close(g.Value, gradients[g.Key], 1e-5, g.Key));
    }

    [Fact]
    public void Seven_CheckpointedLayers_GiveTheSameGradients()
    {
        using var dropout = new TinyModel(dropout: 0.2);
        dropout.Model.train();
        var recipe = ConversionRecipe.LoraDiff;
        MaskedDocument[] documents = [.. TinyModel.Samples(3).Select((s, n) => MaskedDocument.Draw(recipe, s, n, 4, TinyModel.PadToken, 1, 1))];
        var batch = MicroBatch.Create(recipe, documents, StepTotals.Of(documents), TinyModel.MaskToken);
        var plain = LossComputation.Run(dropout.Model, batch, backward: true, checkpointing: false, dropoutSeed: 9);
        var expected = dropout.TakeGradients();
        var replayed = LossComputation.Run(dropout.Model, batch, backward: true, checkpointing: true, dropoutSeed: 9);
        var gradients = dropout.TakeGradients();
        Assert.Equal(plain, replayed);
        Assert.All(expected, g => Numbers.Close(g.Value, gradients[g.Key], 1e-6, g.Key));
        Assert.NotEqual(plain, LossComputation.Run(dropout.Model, batch, backward: false, dropoutSeed: 10));
    }

    /// <summary>Bugs 14 and 18 of the survey: a batch with nothing to learn has loss 0 and no gradient; a block of one under shift takes its loss from the clean rows.</summary>
    [Fact]
    public void EmptyAndSmallestBatches_HaveFiniteLosses()
    {
        var empty = new MaskedDocument([1, 2, 3], new BlockLayout(3, 2), new bool[3], new bool[3], new Corruption(new bool[3], new float[3]));
        Assert.Equal(default, LossComputation.Run(Model, MicroBatch.Create(ConversionRecipe.LoraDiff, [empty], StepTotals.Of([empty]), TinyModel.MaskToken), backward: true));
        Assert.All(_tiny.TakeGradients().Values, g => Assert.All(g, v => Assert.Equal(0, v)));

        var one = MaskedDocument.Draw(ConversionRecipe.LoraDiff, TinyModel.Samples(1)[0], 0, 1, TinyModel.PadToken, 1, 1);
        var result = LossComputation.Run(Model, MicroBatch.Create(ConversionRecipe.LoraDiff, [one], StepTotals.Of([one]), TinyModel.MaskToken), backward: true);
        Assert.True(double.IsFinite(result.Diffusion) && result.Diffusion > 0);
        Numbers.Relative(2 * result.Autoregressive, result.Diffusion, 1e-5, "at one token a block the diffusion loss is the autoregressive one");
    }

    public void Dispose()
    {
        _scope.Dispose();
        _tiny.Dispose();
    }

    private static float[] Concat(float[][] rows, int start, int count) => [.. rows.Skip(start).Take(count).SelectMany(r => r)];
}
