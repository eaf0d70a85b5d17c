namespace LoraDiff.Hub.Tests.Peers;

/// <summary>Python's client against the fake Hub, and each client's cache read by the other.</summary>
public sealed class PythonReadTests
{
    private static readonly Dictionary<string, string> Files = new() { ["config.json"] = "{}", ["sub/a b.txt"] = "text", ["w.safetensors"] = new string('w', 20_000) };

    [SkippableFact]
    public async Task Python_DownloadsFromTheFakeHub_AndWeReadItsCacheOffline()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        repository.IsPrivate = true;
        repository.Commit(Files);
        fixture.Hub.PageSize = 2;

        var folder = await PythonPeer.RunAsync("import huggingface_hub as h; print(h.snapshot_download('me/model'))", fixture, fixture.Cache);
        fixture.Hub.Requests.Clear();

        var client = fixture.Client(o => o.Offline = true);
        Assert.Equal(folder, await client.DownloadSnapshotAsync("me/model"));
        foreach (var (path, text) in Files)
        {
            Assert.Equal(text, await File.ReadAllTextAsync(await client.DownloadFileAsync("me/model", path)));
        }
        Assert.Empty(fixture.Hub.Requests);
    }

    [SkippableFact]
    public async Task Python_ReadsOffline_TheCacheThatWeFilled()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(Files);
        var folder = await fixture.Client().DownloadSnapshotAsync("me/model");

        var script = "import huggingface_hub as h; p = h.snapshot_download('me/model'); f = h.hf_hub_download('me/model', 'sub/a b.txt'); print(p); print(open(f).read()); c = h.scan_cache_dir(); r, = c.repos; print(r.repo_id, r.nb_files, len(c.warnings))";
        var lines = (await PythonPeer.RunAsync(script, fixture, fixture.Cache, ("HF_HUB_OFFLINE", "1"))).Split('\n');

        Assert.Equal([folder, "text", "me/model 3 0"], lines);
    }

    [SkippableFact]
    public async Task Python_UpdatesTheCacheThatWeFilled_FetchingOnlyWhatChanged()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        repository.Commit(Files);
        await fixture.Client().DownloadSnapshotAsync("me/model");
        repository.Commit(new Dictionary<string, string> { ["config.json"] = "{\"a\":1}" });
        fixture.Hub.Requests.Clear();

        await PythonPeer.RunAsync("import huggingface_hub as h; h.snapshot_download('me/model')", fixture, fixture.Cache);

        Assert.Equal(0, fixture.Hub.Count("store GET"));
        Assert.Equal("{\"a\":1}", await File.ReadAllTextAsync(await fixture.Client(o => o.Offline = true).DownloadFileAsync("me/model", "config.json")));
    }

    [SkippableFact]
    public async Task Python_AndWe_ShareALocalFolder()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(Files);
        var local = fixture.At("local");
        await PythonPeer.RunAsync($"import huggingface_hub as h; h.snapshot_download('me/model', local_dir='{local}')", fixture, fixture.Cache);
        fixture.Hub.Requests.Clear();

        await fixture.Client().DownloadSnapshotAsync("me/model", options: new() { LocalFolder = local });
        Assert.Equal(0, fixture.Hub.Count("resolve"));

        await PythonPeer.RunAsync($"import huggingface_hub as h; h.snapshot_download('me/model', local_dir='{local}')", fixture, fixture.Cache);
        Assert.Equal(0, fixture.Hub.Count("store GET"));
    }

    [SkippableFact]
    public async Task Python_AsksTheFakeHub_WhatItAsksTheHub()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        repository.Commit(Files);
        repository.Tags["v1"] = repository.Head.Id;
        var script = """
            import huggingface_hub as h
            a = h.HfApi()
            print(a.model_info('me/model', files_metadata=True).siblings[0].size, [b.name for b in a.list_repo_refs('me/model').tags], len(list(a.list_repo_tree('me/model', recursive=True))),
                  [p.path for p in a.get_paths_info('me/model', ['config.json', 'no'])], a.whoami()['name'], a.file_exists('me/model', 'no'), len(a.list_repo_commits('me/model')), [m.id for m in a.list_models(author='me')])
            for name, call in [('repo', lambda: a.model_info('me/no')), ('revision', lambda: a.model_info('me/model', revision='v9')), ('entry', lambda: h.hf_hub_download('me/model', 'no'))]:
                try: call()
                except Exception as e: print(type(e).__name__)
            """;

        var lines = (await PythonPeer.RunAsync(script, fixture, fixture.Cache)).Split('\n');

        Assert.Equal("2 ['v1'] 4 ['config.json'] tester False 2 ['me/model']", lines[0]);
        Assert.Equal(["RepositoryNotFoundError", "RevisionNotFoundError", "RemoteEntryNotFoundError"], lines[1..].Select(l => l.Trim()));
    }
}
