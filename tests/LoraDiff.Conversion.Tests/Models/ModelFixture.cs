using System.Runtime.InteropServices;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Models;

/// <summary>One folder of <c>models</c> and the numbers that transformers computed with it.</summary>
internal sealed class ModelFixture : IDisposable
{
    private readonly SafetensorsFile _expected;

    public ModelFixture(string name)
    {
        Folder = FixtureFolder.Require("models", name);
        _expected = SafetensorsFile.Open(Path.Combine(Folder, "expected.safetensors"));
    }

    public string Folder { get; }

    public bool Has(string tensor) => _expected.Contains(tensor);

    public long[] Shape(string tensor) => [.. _expected[tensor].Shape];

    public float[] Floats(string tensor) => MemoryMarshal.Cast<byte, float>(_expected.ReadAll(_expected[tensor])).ToArray();

    public long[] Longs(string tensor) => MemoryMarshal.Cast<byte, long>(_expected.ReadAll(_expected[tensor])).ToArray();

    public CausalModel Load(string configFile = "config.json", ScalarType? compute = ScalarType.Float32, ScalarType? rotary = null)
        => CausalModel.Load(Folder, new ModelLoadOptions { ConfigFile = configFile, ComputeType = compute, RotaryType = rotary });

    public void Dispose() => _expected.Dispose();
}
