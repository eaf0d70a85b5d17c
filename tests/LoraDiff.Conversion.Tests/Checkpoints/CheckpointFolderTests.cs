using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;

namespace LoraDiff.Conversion.Tests.Checkpoints;

public sealed class CheckpointFolderTests
{
    [Fact]
    public void BundledCheckpoint_IsFoundWithEverythingInIt()
    {
        var folder = Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint");
        var checkpoint = CheckpointFolder.Open(folder);
        Assert.Equal("qwen3", checkpoint.Config.ModelType);
        Assert.Equal(Path.Combine(folder, "model.safetensors"), checkpoint.WeightsPath);
        Assert.Equal(Path.Combine(folder, "tokenizer.json"), checkpoint.TokenizerPath);
        Assert.Equal(File.ReadAllText(Path.Combine(folder, "chat_template.jinja")), checkpoint.ChatTemplate);
        Assert.Contains(870, checkpoint.Generation.EosTokenIds);
        Assert.Equal(868, checkpoint.Generation.PadTokenId);
    }

    [Fact]
    public void EosTokens_OfTheGenerationConfig_WinOverTheModels()
    {
        using var copy = new CheckpointCopy("llama").Edit("generation_config.json", g => g["eos_token_id"] = new System.Text.Json.Nodes.JsonArray(7, 8));
        Assert.Equal([7, 8], CheckpointFolder.Open(copy.Folder).Generation.EosTokenIds);
        File.Delete(Path.Combine(copy.Folder, "generation_config.json"));
        Assert.Equal([2], CheckpointFolder.Open(copy.Folder).Generation.EosTokenIds);
    }

    [Theory]
    [InlineData("\"T\"", "T")]
    [InlineData("""[{"name":"tool_use","template":"X"},{"name":"default","template":"T"}]""", "T")]
    [InlineData("null", null)]
    public void ChatTemplate_OfTheTokenizerConfig_IsFound(string value, string? expected)
    {
        using var copy = new CheckpointCopy("llama");
        File.WriteAllText(Path.Combine(copy.Folder, "tokenizer_config.json"), $$"""{"chat_template":{{value}}}""");
        Assert.Equal(expected, CheckpointFolder.Open(copy.Folder).ChatTemplate);
    }

    [Fact]
    public void Folders_ThatAreNoCheckpoint_AreExplained()
    {
        using var copy = new CheckpointCopy("llama");
        File.Delete(Path.Combine(copy.Folder, "model.safetensors"));
        File.WriteAllText(Path.Combine(copy.Folder, "pytorch_model.bin"), "");
        Assert.Contains("pickle", Assert.Throws<CheckpointException>(() => CausalModel.Load(copy.Folder)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(copy.Folder, "config.json"));
        File.WriteAllText(Path.Combine(copy.Folder, "adapter_config.json"), "{}");
        Assert.Contains("adapter", Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(copy.Folder)).Message, StringComparison.Ordinal);
        Assert.Contains("does not exist", Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(Path.Combine(copy.Folder, "x"))).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Config_ThatCannotBeRead_IsNamed()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "a file that is there but gives an error when it is read needs /proc");
        using var copy = new CheckpointCopy("llama");
        var config = Path.Combine(copy.Folder, "config.json");
        File.Delete(config);
        File.CreateSymbolicLink(config, "/proc/self/mem");
        var message = Assert.Throws<CheckpointException>(() => CheckpointFolder.Open(copy.Folder)).Message;
        Assert.Contains("config.json", message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", message, StringComparison.Ordinal);
    }
}
