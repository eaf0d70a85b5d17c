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
        using var model = fixture.Load(config);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (ids, positions, plan) = Stream(fixture);

        var rotary = model.Rotary(positions);
        var first = model.Layer(0, model.Embed(ids), rotary, plan);
        var last = model.forward(ids, positions, plan);
        var logits = model.Head(last);

        Assert.All(model.parameters(), p => Assert.False(p.requires_grad));
        foreach (var (what, found) in new[] { ("hidden_first", first), ("hidden_last", last), (fixture.Has("logits_float32_compute") ? "logits_float32_compute" : "logits", logits) })
        {
            var expected = fixture.Floats(what);
            Numbers.AssertClose(expected, Numbers.ToFloats(found), Float32 * Numbers.Largest(expected), what);
        }
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
    public void Cases_AreAllRun() => output.WriteLine($"models: {FixtureFolder.Cases("models").Count} folders, {Configurations.Count()} configurations");

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
