using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Export;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Adapters;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Export;

/// <summary>What goes from file to file is, bit for bit, what <see cref="LoraAdapter.Merge"/> makes in memory.</summary>
public sealed class AdapterMergeTests
{
    public static TheoryData<string> Fixtures => [.. FixtureFolder.Cases("adapters")];

    public static TheoryData<string> Forms => [.. PeftPeerTests.Forms.Keys];

    [Theory, MemberData(nameof(Fixtures)), Trait("Category", "Conformance")]
    public void StreamedMerge_OfPeftsAdapters_HasTheBitsOfMerge(string name)
    {
        var adapter = AdapterFixture.Folder(name);
        AssertSameBits(FixtureFolder.Require("models", Path.GetFileName(LoraOptions.Read(adapter).BaseModel!)), adapter, name);
    }

    [Theory, MemberData(nameof(Forms))]
    public void StreamedMerge_OfEveryKind_HasTheBitsOfMerge(string name)
    {
        var (modelName, options) = PeftPeerTests.Forms[name];
        var model = FixtureFolder.Require("models", modelName);
        var folder = Directory.CreateTempSubdirectory("loradiff-").FullName;
        try
        {
            using (var loaded = AdapterFixture.Load(model))
            {
                using var adapter = LoraAdapter.Attach(loaded, options, seed: 5);
                PeftPeerTests.Nudge(adapter);
                adapter.Save(folder, model);
            }

            AssertSameBits(model, folder, name);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Open_AnAdapterOfAnotherModel_NamesEveryTensor()
    {
        using var sample = new ExportSample("qwen3", recipe: null);

        var error = Assert.Throws<AdapterException>(() => ModelExporter.Export(sample.Request() with { Model = FixtureFolder.Require("models", "qwen3-tied") }));

        Assert.Contains("lora_A.weight is [4, 32] but the model needs [4, 64]", error.Message, StringComparison.Ordinal);
        sample.AssertNothingLeft();
    }

    [Fact]
    public void StreamedMerge_OfABrokenAdapter_IsRefusedAndLeavesNothing()
    {
        using var sample = new ExportSample("qwen3", recipe: null);
        var file = Path.Combine(sample.Adapter, "adapter_model.safetensors");
        List<TensorSource> tensors;
        using (var read = SafetensorsFile.Open(file))
        {
            tensors = [.. read.Tensors.Select(t => TensorSource.FromBytes(t.Name, t.Dtype, t.Shape, t.Name.Contains("layers.1.mlp.up_proj.lora_B", StringComparison.Ordinal) ? Infinite(t) : read.ReadAll(t)))];
        }

        SafetensorsWriter.Write(file, tensors);

        var error = Assert.Throws<AdapterException>(() => ModelExporter.Export(sample.Request()));

        Assert.Contains("NaN or infinite", error.Message, StringComparison.Ordinal);
        sample.AssertNothingLeft();
    }

    private static byte[] Infinite(SafetensorsTensor tensor) => [.. Enumerable.Repeat(BitConverter.GetBytes(float.PositiveInfinity), (int)(tensor.ByteLength / sizeof(float))).SelectMany(b => b)];

    // Over the checkpoint's own dtype and over a bfloat16 copy of it, where the one rounding has to be the same one.
    private static void AssertSameBits(string model, string adapter, string name)
    {
        var root = Directory.CreateTempSubdirectory("loradiff-").FullName;
        try
        {
            var half = Path.Combine(root, "half");
            using (var loaded = CausalModel.Load(model))
            {
                CheckpointWriter.Save(loaded, half, weightType: ScalarType.BFloat16);
            }

            foreach (var folder in (string[])[model, half])
            {
                var (memory, streamed) = (Path.Combine(root, "memory"), Path.Combine(root, "streamed"));
                Merge(folder, adapter, memory);
                var result = ModelExporter.Export(new ExportRequest { Model = folder, Adapter = adapter, Output = streamed, Overwrite = true, MaxShardBytes = 100_000 });
                Assert.True(result.Shards > 1);
                AssertSameTensors(memory, streamed, name);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static void Merge(string model, string adapter, string output)
    {
        using var loaded = CausalModel.Load(model);
        using var attached = LoraAdapter.Load(loaded, adapter);
        attached.Merge();
        CheckpointWriter.Save(loaded, output);
    }

    private static void AssertSameTensors(string expected, string found, string name)
    {
        using var one = CheckpointFolder.Open(expected).OpenWeights();
        using var other = CheckpointFolder.Open(found).OpenWeights();
        Assert.Equal(one.Tensors.Select(t => t.ToString()).Order(StringComparer.Ordinal), other.Tensors.Select(t => t.ToString()).Order(StringComparer.Ordinal));
        Assert.All(one.Tensors, tensor => Assert.True(
            one.FileOf(tensor.Name).ReadAll(tensor).AsSpan().SequenceEqual(other.FileOf(tensor.Name).ReadAll(other[tensor.Name])), $"{name}: '{tensor.Name}' differs."));
    }
}
