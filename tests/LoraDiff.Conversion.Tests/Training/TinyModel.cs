using LoraDiff.Adapters;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Training;

/// <summary>A tiny random checkpoint of the fixtures with an adapter, for tests that need a model and do not care which.</summary>
internal sealed class TinyModel : IDisposable
{
    public const int MaskToken = 287, PadToken = 286, Vocabulary = 280;

    public TinyModel(bool fresh = false, double dropout = 0, long seed = 1, Func<LoraOptions, LoraOptions>? lora = null, string? folder = null, ScalarType computeType = ScalarType.Float32)
    {
        Model = CausalModel.Load(folder ?? Folder, new ModelLoadOptions { ComputeType = computeType });
        var options = new LoraOptions { Rank = 4, Alpha = 8, Dropout = dropout, TargetModules = ModulePatterns.AllLinear, TrainableTokens = [MaskToken] };
        Adapter = LoraAdapter.Attach(Model, lora is null ? options : lora(options), seed: seed);
        if (!fresh)
        {
            Disturb(seed);
        }
    }

    public static string Folder { get; } = FixtureFolder.Require("models", "qwen3-tied");

    public CausalModel Model { get; }

    public LoraAdapter Adapter { get; }

    /// <summary>Every trained parameter by name, copied.</summary>
    public Dictionary<string, float[]> Parameters()
    {
        using var scope = NewDisposeScope();
        return Adapter.Parameters.ToDictionary(p => p.Name, p => p.Value.detach().data<float>().ToArray());
    }

    /// <summary>Every gradient by name, copied and dropped; zeros where there is none.</summary>
    public Dictionary<string, float[]> TakeGradients()
    {
        using var scope = NewDisposeScope();
        var gradients = Adapter.Parameters.ToDictionary(p => p.Name, p => p.Value.grad is { } g ? g.data<float>().ToArray() : new float[p.Value.numel()]);
        foreach (var (_, value) in Adapter.Parameters)
        {
            value.grad = null;
        }

        return gradients;
    }

    /// <summary>Documents of random tokens.</summary>
    public static TrainingSample[] Samples(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var prompt = random.Next(2, 7);
            return new TrainingSample([.. Enumerable.Range(0, prompt + random.Next(3, 12)).Select(_ => random.Next(Vocabulary))], prompt);
        })];
    }

    public void Dispose()
    {
        Adapter.Dispose();
        Model.Dispose();
    }

    // A fresh adapter adds nothing; numbers of our own make every factor count.
    private void Disturb(long seed)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var random = new Random((int)seed);
        foreach (var (_, value) in Adapter.Parameters)
        {
            value.add_(tensor(Enumerable.Range(0, (int)value.numel()).Select(_ => (float)(0.1 * (random.NextDouble() - 0.5))).ToArray()).view(value.shape));
        }
    }
}
