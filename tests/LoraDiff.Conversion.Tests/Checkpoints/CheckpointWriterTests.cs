using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Tests.Models;
using LoraDiff.Fixtures;

namespace LoraDiff.Conversion.Tests.Checkpoints;

public sealed class CheckpointWriterTests
{
    public static TheoryData<string> Folders => [.. FixtureFolder.Cases("models")];

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
