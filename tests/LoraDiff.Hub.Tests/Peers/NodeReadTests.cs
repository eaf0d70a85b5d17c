namespace LoraDiff.Hub.Tests.Peers;

/// <summary>The JavaScript client reads from the fake Hub, and each of us the cache that the other filled.</summary>
public sealed class NodeReadTests
{
    private static readonly Dictionary<string, string> Files = new() { ["config.json"] = "{}", ["sub/a b.txt"] = "text", ["w.safetensors"] = new string('w', 20_000) };

    [SkippableFact]
    public async Task Node_AsksTheFakeHub_WhatItAsksTheHub()
    {
        Skip.If(NodePeer.Absent is not null, NodePeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.PageSize = 2;
        var repository = fixture.Hub.Add("me/model");
        repository.IsPrivate = true;
        var commit = repository.Commit(Files);

        var lines = (await NodePeer.RunAsync("""
            import * as hub from "@huggingface/hub";
            const at = { accessToken: process.env.TOKEN, hubUrl: process.env.HUB }, on = { ...at, repo: { type: "model", name: "me/model" } };
            console.log((await hub.whoAmI(at)).name);
            console.log((await hub.modelInfo({ ...at, name: "me/model", additionalFields: ["sha"] })).sha);
            const files = [];
            for await (const entry of hub.listFiles({ ...on, recursive: true })) if (entry.type === "file") files.push(entry.path);
            console.log(files.sort().join(","));
            console.log(await hub.fileExists({ ...on, path: "config.json" }), await hub.fileExists({ ...on, path: "no" }));
            console.log(await (await hub.downloadFile({ ...on, path: "sub/a b.txt" })).text(), (await (await hub.downloadFile({ ...on, path: "w.safetensors" })).text()).length);
            console.log((await hub.pathsInfo({ ...on, paths: ["w.safetensors", "no"] })).map(entry => entry.lfs.oid).join(","));
            const models = [];
            for await (const model of hub.listModels({ ...at, search: { owner: "me" } })) models.push(model.name);
            console.log(models.join(","));
            """, fixture)).Split('\n');

        Assert.Equal(["tester", commit.Id, "config.json,sub/a b.txt,w.safetensors", "true false", "text 20000", commit.Files["w.safetensors"].Sha256, "me/model"], lines);
    }

    [SkippableFact]
    public async Task Node_FillsACache_ThatWeReadOffline()
    {
        Skip.If(NodePeer.Absent is not null, NodePeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(Files);

        await NodePeer.RunAsync($$"""
            import * as hub from "@huggingface/hub";
            await hub.snapshotDownload({ repo: "me/model", hubUrl: process.env.HUB, cacheDir: "{{fixture.Cache}}" });
            """, fixture);
        fixture.Hub.Requests.Clear();

        var client = fixture.Client(o => o.Offline = true);
        foreach (var (path, text) in Files)
        {
            Assert.Equal(text, await File.ReadAllTextAsync(await client.DownloadFileAsync("me/model", path)));
        }
        Assert.Equal(commit.Id, Path.GetFileName(await client.DownloadSnapshotAsync("me/model")));
        Assert.Empty(fixture.Hub.Requests);
    }

    [SkippableFact]
    public async Task Node_FindsInTheCacheThatWeFilled_WhatItWouldDownload()
    {
        Skip.If(NodePeer.Absent is not null, NodePeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(Files);
        var folder = await fixture.Client().DownloadSnapshotAsync("me/model");
        fixture.Hub.Requests.Clear();

        var lines = (await NodePeer.RunAsync($$"""
            import * as hub from "@huggingface/hub";
            console.log(await hub.downloadFileToCacheDir({ repo: "me/model", path: "w.safetensors", hubUrl: process.env.HUB, cacheDir: "{{fixture.Cache}}" }));
            const cache = await hub.scanCacheDir("{{fixture.Cache}}");
            console.log(cache.repos.length, cache.repos[0].id.name, cache.warnings.length);
            """, fixture)).Split('\n');

        Assert.Equal([Path.Combine(folder, "w.safetensors"), "1 me/model 0"], lines);
        Assert.Equal(0, fixture.Hub.Count("store GET"));
    }
}
