using System.Runtime.InteropServices;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Native;
using Xunit.Abstractions;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Models;

[Trait("Category", "Conformance")]
public sealed class ModelConformanceTests(ITestOutputHelper output)
{
    // The bound of the fixtures' README: float32 arithmetic, relative to the largest number.
    private const float Float32 = 1e-4f;

    public static TheoryData<string, string> Configurations
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in FixtureFolder.Cases("models"))
            {
                foreach (var config in Directory.EnumerateFiles(FixtureFolder.Require("models", name), "config*.json").Order(StringComparer.Ordinal))
                {
                    data.Add(name, Path.GetFileName(config));
                }
            }

            return data;
        }
    }

    public static TheoryData<string> Folders => [.. FixtureFolder.Cases("models")];

    [Theory, MemberData(nameof(Configurations))]
    public void Model_GivesTheNumbersOfTransformers(string name, string config)
    {
        using var fixture = new ModelFixture(name);
        var found = Compare(fixture, config, rotary: null, out var weights);
        if (weights is ScalarType.BFloat16 or ScalarType.Float16 && found.Any(f => f.Difference > f.Bound))
        {
            // A reference made by casting a whole module has rotary frequencies rounded to the checkpoint's type; one made by from_pretrained has not. Both are legal.
            output.WriteLine($"{name}: the reference's rotary frequencies are rounded to {weights}");
            found = Compare(fixture, config, weights, out _);
        }

        Assert.All(found, f => Assert.True(f.Difference <= f.Bound, $"{f.What}: the largest difference is {f.Difference:g3}, allowed is {f.Bound:g3}."));
    }

    [Theory, MemberData(nameof(Configurations))]
    public void Model_ContinuesGreedilyAsTransformers(string name, string config)
    {
        using var fixture = new ModelFixture(name);
        using var model = fixture.Load(config);
        using var noGrad = no_grad();
        var expected = fixture.Longs("greedy");
        const int Prompt = 9;
        var found = expected.Take(Prompt).ToList();
        while (found.Count < expected.Length)
        {
            using var scope = NewDisposeScope();
            using var plan = AttentionPlan.Causal(found.Count);
            var hidden = model.forward(tensor(found.ToArray()), arange(found.Count, dtype: int64), plan);
            found.Add(model.Head(hidden[^1..]).argmax(-1).item<long>());
        }

        Assert.Equal(expected, found);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Model_InTheCheckpointsArithmetic_StaysWithinItsRounding(string name)
    {
        using var fixture = new ModelFixture(name);
        if (!fixture.Has("logits_float32_compute"))
        {
            return; // a float32 checkpoint: its arithmetic is compared above
        }

        var exact = fixture.Floats("logits_float32_compute");
        var rounded = fixture.Floats("logits");
        using var narrow = fixture.Load(compute: null);
        var stored = narrow.CheckpointTensors[0].Type;
        // On a CPU float16 is computed in float32 by rule; what the device can multiply is computed in the checkpoint's own type here, whichever is faster.
        var compute = ComputeTypes.Measure(CPU, stored).GigaflopsPerSecond > 0 && stored == ScalarType.BFloat16 ? stored : narrow.ComputeType;
        using var model = fixture.Load(compute: compute);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (ids, positions, plan) = Stream(fixture);

        var logits = model.Head(model.forward(ids, positions, plan));

        output.WriteLine($"{name}: {stored} weights, computed in {compute}");
        Assert.Equal(compute, logits.dtype);
        Numbers.AssertClose(rounded, Numbers.ToFloats(logits), 2 * Numbers.LargestDifference(rounded, exact), "logits");
    }

    [Fact]
    public void Cases_AreAllRun() => output.WriteLine($"models: {FixtureFolder.Cases("models").Count} folders, {Configurations.Count} configurations");

    private List<(string What, float Difference, float Bound)> Compare(ModelFixture fixture, string config, ScalarType? rotary, out ScalarType weights)
    {
        using var model = fixture.Load(config, rotary: rotary);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (ids, positions, plan) = Stream(fixture);
        var first = model.Layer(0, model.Embed(ids), model.Rotary(positions), plan);
        var last = model.forward(ids, positions, plan);
        Assert.All(model.parameters(), p => Assert.False(p.requires_grad));
        weights = model.CheckpointTensors[0].Type;
        var exact = fixture.Has("logits_float32_compute") ? "logits_float32_compute" : "logits";
        var bound = Float32 * Numbers.Largest(fixture.Floats(exact));
        var found = new List<(string What, float Difference, float Bound)>();
        foreach (var (what, tensor) in ((string, Tensor)[])[("hidden_first", first), ("hidden_last", last), (exact, model.Head(last))])
        {
            found.Add((what, Numbers.LargestDifference(Numbers.ToFloats(tensor), fixture.Floats(what)), bound));
            output.WriteLine($"{what}: {found[^1].Difference:g3} of {bound:g3} allowed");
        }

        return found;
    }

    // The two rows of the batch, one after the other in one stream.
    private static (Tensor Ids, Tensor Positions, AttentionPlan Plan) Stream(ModelFixture fixture)
    {
        var shape = fixture.Shape("input_ids");
        var (rows, length) = ((int)shape[0], (int)shape[1]);
        var segments = Enumerable.Range(0, rows).Select(r => new AttentionSegment(r * length, length, new KeyRange(r * length, length, Causal: true))).ToArray();
        return (
            tensor(fixture.Longs("input_ids")),
            tensor(Enumerable.Range(0, rows * length).Select(i => (long)(i % length)).ToArray()),
            new AttentionPlan(new SegmentTable(rows * length, rows * length, segments)));
    }
}
