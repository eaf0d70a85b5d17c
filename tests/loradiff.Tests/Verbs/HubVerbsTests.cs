using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>pull, and org/name wherever a folder is taken, against the fake Hub.</summary>
public sealed class HubVerbsTests
{
    [Fact]
    public async Task Pull_OfARepository_GivesItsFolder()
    {
        await using var place = await HubPlace.StartAsync();
        var repository = place.Publish("me/model", Places.Checkpoint);

        var all = Run.Of("pull", "me/model", "--json").Json.GetProperty("path").GetString()!;
        Assert.Equal(repository.Head.Id, Path.GetFileName(all));
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Places.Checkpoint, "config.json")), await File.ReadAllBytesAsync(Path.Combine(all, "config.json")));

        var some = Run.Of("pull", $"me/model@{repository.Head.Id}", "--include", "*.json", "--exclude", "tokenizer*", "--local-dir", place.At("local"));
        Assert.Equal(place.At("local"), some.Out.Trim());
        Assert.True(File.Exists(place.At("local", "config.json")));
        Assert.False(File.Exists(place.At("local", "tokenizer.json")));
        Assert.Empty(Directory.GetFiles(place.At("local"), "*.safetensors"));
    }

    [Theory]
    [InlineData("me/nothing", "me/nothing")]
    [InlineData("not a name", "owner/name")]
    [InlineData("me/model@v9", "v9")]
    public async Task Pull_OfWhatIsNotThere_SaysSoInOneLine(string name, string said)
    {
        await using var place = await HubPlace.StartAsync();
        place.Hub.Add("me/model");

        var run = Run.Of("pull", name);

        Assert.NotEqual(ExitCode.Success, run.Code);
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task EveryVerb_TakesRepositoriesForFolders()
    {
        await using var place = await HubPlace.StartAsync();
        var adapters = Path.Combine(Path.GetDirectoryName(Places.Checkpoint)!, "adapter");
        place.Publish("me/model", Places.Checkpoint);
        var adapter = place.Publish("me/adapter", adapters);
        adapter.Tags["v1"] = adapter.Head.Id;
        string[] prompt = ["--prompt", "Spell the word lamp.", "--max-new-tokens", "8", "--dtype", "float32", "--json"];

        var here = Run.Of(["generate", "--model", Places.Checkpoint, "--adapter", adapters, .. prompt]).Json;
        var there = Run.Of(["generate", "--model", "me/model", "--adapter", "me/adapter@v1", .. prompt]).Json;
        Assert.Equal(here.GetProperty("token_ids").ToString(), there.GetProperty("token_ids").ToString());

        Assert.Equal(Run.Of("inspect", Places.Checkpoint, "--json").Json.GetProperty("parameters").ToString(), Run.Of("inspect", "me/model", "--json").Json.GetProperty("parameters").ToString());
        Assert.Equal(2, Run.Of("eval", "--model", "me/model", "--adapter", "me/adapter", "--data", Places.Eval, "--limit", "2", "--json").Json.GetProperty("total").GetInt32());
        var converted = Run.Of("convert", "--model", "me/model", "--data", Places.Train, "--out", place.At("adapter"), "--steps", "1", "--set", "batch_size=2", "--set", "r=2", "--set", "limit=8", "--json").Json;
        Assert.Equal(1, converted.GetProperty("steps").GetInt32());
        Assert.Contains("\"base_model_name_or_path\": \"me/model\"", await File.ReadAllTextAsync(place.At("adapter", "adapter_config.json")), StringComparison.Ordinal);

        // All of it is in the cache now: nothing but the revisions is asked for again, and without the network not even those.
        place.Hub.Requests.Clear();
        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", "1");
        Assert.Equal(here.GetProperty("text").GetString(), Run.Of(["generate", "--model", "me/model", "--adapter", "me/adapter", .. prompt]).Json.GetProperty("text").GetString());
        Assert.Empty(place.Hub.Requests);
    }

    [Fact]
    public async Task AModelThatIsNeitherHereNorOnTheHub_IsOneLineThatSaysBoth()
    {
        await using var place = await HubPlace.StartAsync();

        var run = Run.Of("generate", "--model", "me/nothing", "--prompt", "x");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("no folder 'me/nothing' here", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }
}
