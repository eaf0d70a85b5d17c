using Microsoft.Extensions.DependencyInjection;

namespace LoraDiff.Hub.Tests;

/// <summary>The examples of docs/hub.md, line by line.</summary>
[Collection(Alone.Name)] // it sets a variable of the process
public sealed class HubExampleTests
{
    [Fact]
    public void EveryLineOfThePage_IsInThisFile()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "LoraDiff.sln")))
        {
            root = Path.GetDirectoryName(root)!;
        }
        var here = File.ReadAllText(Path.Combine(root, "tests", "LoraDiff.Hub.Tests", "HubExampleTests.cs"));
        var page = File.ReadAllText(Path.Combine(root, "docs", "hub.md")).Split("```csharp\n")[1..].SelectMany(p => p.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();

        Assert.True(page.Length >= 8);
        Assert.All(page, line => Assert.Contains(line.Split("   // ")[0].Trim().Replace("HubClient.Create()", "Client()", StringComparison.Ordinal), here, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Example_OfReadingAndWriting_Runs()
    {
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        repository.Tags["v1"] = repository.Commit(new Dictionary<string, string> { ["config.json"] = "{}", ["a.bin"] = "b" }).Id;
        HubClient Client() => fixture.Client(withToken: true);
        List<string> names = [];

        using var client = Client();
        var folder = await client.DownloadSnapshotAsync("me/model", options: new() { Include = ["*.safetensors", "*.json"] });
        var config = await client.DownloadFileAsync("me/model", "config.json", revision: "v1");
        await foreach (var model in client.ListModelsAsync(new() { Author = "me", Limit = 10 }))
            names.Add(model.Id);
        await client.CreateRepositoryAsync("me/adapter", existOk: true);
        var commit = await client.UploadFolderAsync("me/adapter", folder);

        Assert.Equal(Path.Combine(folder, "config.json"), config);
        Assert.Equal(["me/model"], names);
        Assert.Equal(fixture.Hub.Find("me/adapter")!.Head.Id, commit.Commit);
        Assert.Equal("{}", fixture.Hub.Find("me/adapter")!.Head.Files["config.json"].Text);
    }

    [Fact]
    public void Example_OfStoredTokens_Runs()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("stored_tokens"), "[home]\nhf_token = hf_h\n[work]\nhf_token = hf_w\n");
        var before = Environment.GetEnvironmentVariable("HF_TOKEN_PATH");
        Environment.SetEnvironmentVariable("HF_TOKEN_PATH", folder.At("token"));
        try
        {
            var options = HubOptions.FromEnvironment().UseStoredToken("work");

            Assert.Equal("hf_w", options.Token);
            Assert.Equal(["home", "work"], HubOptions.StoredTokenNames());
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_TOKEN_PATH", before);
        }
    }

    [Fact]
    public void Example_OfServices_Runs()
    {
        using var folder = new TemporaryFolder();
        var cache = folder.Path;
        var services = new ServiceCollection();

        services.AddHuggingFaceHub(options => options.CacheFolder = cache);

        using var provider = services.BuildServiceProvider();
        Assert.Equal(cache, provider.GetRequiredService<HubClient>().Options.CacheFolder);
    }
}
