using System.Text.Json;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Objectives;
using LoraDiff.Conversion.Tests.Training;
using LoraDiff.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Attention;

/// <summary>Masks, logits and losses of block diffusion against transformers, for every case in the folder.</summary>
[Trait("Category", "Conformance")]
public sealed class DiffusionConformanceTests
{
    public static TheoryData<string> Cases => [.. FixtureFolder.Cases("diffusion")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Mask_OfTheCase_IsTheExpectedOne(string name)
    {
        using var scope = NewDisposeScope();
        using var fixture = new Case(name);
        var table = fixture.Stream().Segments;
        Assert.Equal(fixture.Tensors.Flags("attention"), table.ToMask().data<bool>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_OnBothPaths_AreThoseOfTransformers(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var fixture = new Case(name);
        using var model = fixture.Model();
        var stream = fixture.Stream();
        var (ids, positions) = (new long[stream.Rows], new long[stream.Rows]);
        stream.Fill(fixture.Split(fixture.Noisy), fixture.Split(fixture.Clean), ids, positions);
        Assert.Equal(fixture.Tensors.Longs("position_ids"), positions);
        var expected = fixture.Tensors.Floats("logits");
        foreach (var path in Enum.GetValues<AttentionPath>())
        {
            using var plan = new AttentionPlan(stream.Segments, path);
            var hidden = model.forward(tensor(ids), tensor(positions), plan);
            Numbers.Close(expected, model.Head(hidden).to(float32).data<float>().ToArray(), 1e-4, $"logits by the {path} path");

            var rows = Enumerable.Range(0, fixture.Length).Where(i => fixture.Masked[i]).ToArray();
            var losses = model.HeadLosses(hidden.index_select(0, tensor(rows.Select(i => (long)(i - fixture.Shift)).ToArray())), tensor(rows.Select(i => (long)fixture.Clean[i]).ToArray())).data<float>().ToArray();
            Numbers.Close(fixture.Tensors.Floats("ce_masked"), losses, 1e-4, "masked cross-entropies");
            Numbers.Close(fixture.Tensors.Floats("loss_flat_sum"), [losses.Sum()], 1e-4, "flat sum");
            Numbers.Close(fixture.Tensors.Floats("loss_inverse_t_sum"), [losses.Zip(rows, (l, i) => l / fixture.Levels[i]).Sum()], 1e-4, "sum over t");
        }
    }

    /// <summary>The objective, with rows dropped and shared, gives the sums of the full forward.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Objective_OnTheRowsItKeeps_GivesTheSameSums(string name)
    {
        using var scope = NewDisposeScope();
        using var fixture = new Case(name);
        if (fixture.CleanHalf is not { } half)
        {
            Assert.DoesNotContain("clean context, ", fixture.Pattern, StringComparison.Ordinal);
            return;
        }

        using var model = fixture.Model();
        var hasAr = fixture.Tensors.Has("ar_ce");
        var ar = new bool[fixture.Length];
        if (hasAr)
        {
            fixture.Tensors.Flags("ar_targets").CopyTo(ar, 1);
        }

        var documents = fixture.Ranges().Select(r => new MaskedDocument(
            fixture.Clean[r], new BlockLayout(r.End.Value - r.Start.Value, fixture.BlockSize), fixture.Supervised[r], ar[r], new Corruption(fixture.Masked[r], fixture.Levels[r]))).ToArray();
        var totals = StepTotals.Of(documents);
        foreach (var (weight, sum) in new[] { (DiffusionWeight.Flat, "loss_flat_sum"), (DiffusionWeight.InverseT, "loss_inverse_t_sum") })
        {
            var recipe = ConversionRecipe.LoraDiff with { CleanHalf = half, Shift = fixture.Shift == 1, DiffusionWeight = weight, ArWeight = hasAr ? 0.5 : 0 };
            if (recipe.Shift && documents.Any(d => d.Corruption.Masked[0]))
            {
                continue;
            }

            var result = LossComputation.Run(model, MicroBatch.Create(recipe, documents, totals, fixture.MaskToken), backward: false);
            if (!recipe.Shift)
            {
                Numbers.Close(fixture.Tensors.Floats(sum), [(float)(result.Diffusion * totals.Supervised)], 1e-4, sum);
            }

            if (hasAr)
            {
                var expected = fixture.Tensors.Floats("ar_ce");
                Assert.Equal(expected.Length, totals.ArTargets);
                Numbers.Close([expected.Sum()], [(float)result.ArSum], 1e-4, "sum of the autoregressive cross-entropies");
                Numbers.Close([0.5f * expected.Average()], [(float)result.Autoregressive], 1e-4, "autoregressive term");
            }
        }
    }

    private sealed class Case : IDisposable
    {
        private readonly JsonElement _json;

        public Case(string name)
        {
            var folder = FixtureFolder.Require("diffusion", name);
            _json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "case.json"))).RootElement;
            Tensors = new FixtureTensors(Path.Combine(folder, "expected.safetensors"));
            (Clean, Noisy) = ([.. Tensors.Longs("x0").Select(i => (int)i)], [.. Tensors.Longs("xt").Select(i => (int)i)]);
            (Masked, Supervised, Levels) = (Tensors.Flags("masked"), Tensors.Flags("supervised"), Tensors.Floats("t"));
        }

        public FixtureTensors Tensors { get; }

        public int[] Clean { get; }

        public int[] Noisy { get; }

        public bool[] Masked { get; }

        public bool[] Supervised { get; }

        public float[] Levels { get; }

        public string Pattern => _json.GetProperty("pattern").GetString()!;

        public int BlockSize => _json.GetProperty("block_size").GetInt32();

        public int Shift => _json.GetProperty("shift").GetBoolean() ? 1 : 0;

        public int MaskToken => _json.GetProperty("mask_token_id").GetInt32();

        public int Length => Clean.Length;

        public CleanHalf? CleanHalf => Pattern switch
        {
            "clean context, token-causal" => Conversion.CleanHalf.TokenCausal,
            "clean context, block-causal" => Conversion.CleanHalf.BlockCausal,
            _ => null,
        };

        public StreamLayout Stream() => new(
            Pattern switch
            {
                "clean context, token-causal" => BlockPattern.CleanTokenCausal,
                "clean context, block-causal" => BlockPattern.CleanBlockCausal,
                "block-causal without clean context" => BlockPattern.NoisyBlockCausal,
                "bidirectional" => BlockPattern.Bidirectional,
                "causal" => BlockPattern.Causal,
                var other => throw new InvalidDataException($"The case has a pattern that this test does not know: '{other}'."),
            },
            [.. Ranges().Select(r => new StreamDocument(new BlockLayout(r.End.Value - r.Start.Value, BlockSize)))]);

        public CausalModel Model() => CausalModel.Load(FixtureFolder.Require("models", _json.GetProperty("model").GetString()!), new ModelLoadOptions { ComputeType = ScalarType.Float32 });

        public int[][] Split(int[] ids) => [.. Ranges().Select(r => ids[r])];

        /// <summary>The packed documents, or the one there is.</summary>
        public Range[] Ranges()
        {
            var documents = Tensors.Has("document") ? Tensors.Longs("document") : new long[Length];
            int[] starts = [.. Enumerable.Range(0, Length).Where(i => i == 0 || documents[i] != documents[i - 1])];
            return [.. starts.Select((start, n) => start..(n + 1 < starts.Length ? starts[n + 1] : Length))];
        }

        public void Dispose() => Tensors.Dispose();
    }
}
