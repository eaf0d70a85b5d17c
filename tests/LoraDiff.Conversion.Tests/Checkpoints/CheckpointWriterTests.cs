using System.Runtime.InteropServices;
using System.Text.Json;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Models;
using LoraDiff.Fixtures;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Checkpoints;

public sealed class CheckpointWriterTests
{
    public static TheoryData<string> Folders => [.. FixtureFolder.Cases("models")];

    public static TheoryData<string> Adapters => [.. FixtureFolder.Cases("adapters")];

    [Theory, MemberData(nameof(Folders))]
    public void UnchangedModel_IsSavedWithTheSameBytes(string name)
    {
        using var fixture = new ModelFixture(name);
        using var model = fixture.Load();
        var folder = Directory.CreateTempSubdirectory("loradiff-").FullName;
        try
        {
            CheckpointWriter.Save(model, folder);
            var single = Path.Combine(fixture.Folder, "model.safetensors");
            if (File.Exists(single))
            {
                Assert.Equal(File.ReadAllBytes(single), File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
            }

            Assert.Equal(File.ReadAllText(Path.Combine(fixture.Folder, "config.json")), File.ReadAllText(Path.Combine(folder, "config.json")));
            using var again = CausalModel.Load(folder);
            Assert.All(again.parameters().Zip(model.parameters()), p => Assert.True(p.First.Equals(p.Second)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // PEFT's merge_and_unload, by way of a saved checkpoint: adapters of every kind end up in plain weights.
    [Theory, MemberData(nameof(Adapters)), Trait("Category", "Conformance")]
    public void AdaptedModel_SavedAsCheckpoint_GivesTheMergedLogits(string name)
    {
        var adapterFolder = FixtureFolder.Require("adapters", name);
        using var expected = SafetensorsFile.Open(Path.Combine(adapterFolder, "expected.safetensors"));
        float[] Floats(string tensor) => MemoryMarshal.Cast<byte, float>(expected.ReadAll(expected[tensor])).ToArray();
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(adapterFolder, "adapter_config.json")));
        var baseFolder = FixtureFolder.Require("models", Path.GetFileName(config.RootElement.GetProperty("base_model_name_or_path").GetString()!));
        using var saved = new CheckpointCopy(Path.GetFileName(baseFolder));
        using (var model = CausalModel.Load(baseFolder, new ModelLoadOptions { WeightType = ScalarType.Float32 }))
        {
            using var adapter = LoraAdapter.Load(model, adapterFolder);
            CheckpointWriter.Save(model, saved.Folder, weightType: ScalarType.Float32);
        }

        Assert.Equal("float32", CheckpointFolder.Open(saved.Folder).Config.Dtype);
        using var plain = CausalModel.Load(saved.Folder, new ModelLoadOptions { ComputeType = ScalarType.Float32 });
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = MemoryMarshal.Cast<byte, long>(expected.ReadAll(expected["input_ids"])).ToArray();
        var length = (int)expected["input_ids"].Shape[1];
        var logits = ids.Chunk(length).SelectMany(row =>
        {
            using var plan = AttentionPlan.Causal(length);
            return Models.Numbers.ToFloats(plain.Head(plain.forward(tensor(row), arange(length, dtype: int64), plan)));
        }).ToArray();

        var merged = Floats("logits_merged");
        Models.Numbers.AssertClose(merged, logits, 1e-4f * Models.Numbers.Largest(merged), "logits");
    }

    [Fact]
    public void SmallShards_LoadAgain()
    {
        using var fixture = new ModelFixture("qwen3-tied");
        using var model = fixture.Load();
        using var copy = new CheckpointCopy("qwen3-tied");
        var written = CheckpointWriter.Save(model, copy.Folder, maxShardBytes: 200_000);
        Assert.Contains("model.safetensors.index.json", written);
        Assert.False(File.Exists(Path.Combine(copy.Folder, "model.safetensors")));
        using var again = CausalModel.Load(copy.Folder);
        Assert.All(again.parameters().Zip(model.parameters()), p => Assert.True(p.First.Equals(p.Second)));
    }
}
