using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Verbs;

public sealed class InspectVerbTests
{
    [Fact]
    public void Inspect_TheBundledCheckpoint_PrintsTheApprovedText()
        => Golden.Check("inspect-checkpoint.txt", Shown(Run.Of("inspect", Places.Checkpoint).Out));

    [Fact]
    public void Inspect_TheBundledCheckpointAsJson_PrintsTheApprovedObject()
        => Golden.Check("inspect-checkpoint.json", Shown(Run.Of("inspect", Places.Checkpoint, "--json").Out));

    [Fact]
    public void Inspect_AnAdapter_TellsRankAndBase()
    {
        var folder = Path.Combine(FixtureFolder.Repository, "tests", "Fixtures", "adapters", "lora-qv");

        var json = Run.Of("inspect", folder, "--json").Json;

        Assert.Equal("adapter", json.GetProperty("kind").GetString());
        Assert.True(json.GetProperty("adapter").GetProperty("rank").GetInt32() > 0);
        Assert.Equal(2, json.GetProperty("adapter").GetProperty("target_modules").GetArrayLength());
    }

    [Fact]
    public void Inspect_AFileWithTensors_ListsThem()
    {
        var json = Run.Of("inspect", Path.Combine(Places.Checkpoint, "model.safetensors"), "--tensors", "--json").Json;

        Assert.Equal("safetensors", json.GetProperty("kind").GetString());
        Assert.Equal(46, json.GetProperty("tensors").GetArrayLength());
        Assert.Equal("BF16", json.GetProperty("tensors")[0].GetProperty("dtype").GetString());
    }

    private static string Shown(string text) => text.Replace(Places.Checkpoint, "CHECKPOINT", StringComparison.Ordinal);
}
