using System.Runtime.InteropServices;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Generation;

[Trait("Category", "Conformance")]
public class GreedyConformanceTests
{
    public static TheoryData<string> Cases => [.. FixtureFolder.Cases("models")];

    // transformers' 24 greedy tokens after the first nine ids, computed in float32.
    [Theory]
    [MemberData(nameof(Cases))]
    public void ArDecoder_GivesTransformersGreedyTokens(string name)
    {
        var folder = FixtureFolder.Require("models", name);
        if (LoadOrRefuse(folder) is not { } model)
        {
            return;
        }

        using (model)
        {
            var expected = Int64(Path.Combine(folder, "expected.safetensors"), "greedy");
            int[] prompt = [.. expected.Take(9)];
            var result = new ArDecoder(model, []).Generate([prompt], new GenerationOptions { MaxNewTokens = expected.Length - 9 })[0];
            Assert.Equal(expected.Skip(9), result.TokenIds);
            Assert.Equal(1, result.Tpf);
        }
    }

    /// <summary>Null where the architecture or a rope type is refused, which the fixtures' README allows for some: other tests pin the refusals.</summary>
    private static CausalModel? LoadOrRefuse(string folder)
    {
        try
        {
            return CausalModel.Load(folder, new ModelLoadOptions { ComputeType = ScalarType.Float32 });
        }
        catch (CheckpointException exception) when (exception.Message.Contains("mistral", StringComparison.Ordinal) || exception.Message.Contains("yarn", StringComparison.Ordinal))
        {
            return null;
        }
    }

    private static int[] Int64(string path, string name)
    {
        using var file = SafetensorsFile.Open(path);
        var tensor = file[name];
        var bytes = file.ReadAll(tensor);
        return tensor.Dtype == SafetensorsDtype.I64
            ? [.. MemoryMarshal.Cast<byte, long>(bytes).ToArray().Select(v => (int)v)]
            : [.. MemoryMarshal.Cast<byte, int>(bytes)];
    }
}
