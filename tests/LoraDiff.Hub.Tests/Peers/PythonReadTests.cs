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
    public async Task Python_HoldingABlobsLock_IsWaitedFor()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(Files);
        var held = fixture.At("held");
        var path = Path.Combine(fixture.Cache, ".locks", "models--me--model", commit.Files["w.safetensors"].Sha256 + ".lock");
        var script = $"""
            import os, time
            from huggingface_hub.utils import WeakFileLock
            os.makedirs(os.path.dirname('{path}'))
            with WeakFileLock('{path}'):
                open('{held}', 'w').close()
                while os.path.exists('{held}'): time.sleep(0.01)
            """;
        var python = PythonPeer.RunAsync(script, fixture, fixture.Cache);
        while (!File.Exists(held) && !python.IsCompleted)
        {
            await Task.Delay(10);
        }

        var download = fixture.Client().DownloadFileAsync("me/model", "w.safetensors");
        while (!fixture.Log.Any(line => line.Contains("Waiting for", StringComparison.Ordinal)))
        {
            await Task.Delay(10);
        }
        Assert.False(download.IsCompleted);
        Assert.Equal(0, fixture.Hub.Count("store GET"));
        File.Delete(held);

        Assert.Equal(Files["w.safetensors"], await File.ReadAllTextAsync(await download));
        await python;
    }

    [SkippableFact]
    public async Task Python_Offline_KnowsThatOurSnapshotIsNotWhole()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(Files);
        await fixture.Client().DownloadSnapshotAsync("me/model", options: new() { Include = ["*.json"] });
        var script = """
            import huggingface_hub as h
            try: print(h.snapshot_download('me/model'))
            except Exception as e: print(type(e).__name__)
            """;

        Assert.Equal("IncompleteSnapshotError", await PythonPeer.RunAsync(script, fixture, fixture.Cache, ("HF_HUB_OFFLINE", "1")));
    }

    [SkippableTheory]
    [InlineData("HF_HOME=$BASE/x;BASE=/b")]
    [InlineData("HF_HOME=${BASE}/x;BASE=/b;HF_HUB_CACHE=~/c")]
    [InlineData("XDG_CACHE_HOME=/x;HF_HUB_OFFLINE=0;TRANSFORMERS_OFFLINE=1")]
    [InlineData("HUGGINGFACE_HUB_CACHE=/old;TRANSFORMERS_OFFLINE=yes;DO_NOT_TRACK=1")]
    [InlineData("HF_TOKEN_PATH=~/t;HF_ENDPOINT=http://hub.local:8080/;HF_HUB_ETAG_TIMEOUT=3;HF_HUB_DOWNLOAD_TIMEOUT=7;HF_HUB_OFFLINE=on")]
    public async Task Python_ReadsTheEnvironment_AsWeDo(string text)
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var variables = text.Split(';').ToDictionary(v => v[..v.IndexOf('=')], v => v[(v.IndexOf('=') + 1)..]);
        var options = new HubEnvironment(variables.GetValueOrDefault, "/home/me", _ => null).Options();
        var script = $"""
            import os
            for n in list(os.environ):
                if n.startswith(('HF_', 'HUGGINGFACE_', 'XDG_')) or n in ('TRANSFORMERS_OFFLINE', 'DO_NOT_TRACK', 'DISABLE_TELEMETRY'): del os.environ[n]
            os.environ['HOME'] = '/home/me'
            os.environ.update(dict(v.split('=', 1) for v in '{text}'.split(';')))
            import huggingface_hub.constants as c
            print(c.HF_HUB_CACHE, c.HF_HUB_OFFLINE, c.HF_HUB_DISABLE_TELEMETRY, c.ENDPOINT, c.HF_HUB_ETAG_TIMEOUT, c.HF_HUB_DOWNLOAD_TIMEOUT)
            """;

        Assert.Equal(await PythonPeer.RunAsync(script, fixture, fixture.Cache),
            $"{options.CacheFolder} {options.Offline} {options.DisableTelemetry} {options.Endpoint.AbsoluteUri.TrimEnd('/')} {options.RequestTimeout.TotalSeconds} {options.ReadTimeout.TotalSeconds}");
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

    [SkippableFact]
    public async Task StoredTokens_ThatPythonWrote_AreFoundByName()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var script = "from huggingface_hub.utils import _auth as a; a._save_token('hf_one', 'Büro'); a._save_token('hf_two%', 'my [own] token', refresh_token='r', expires_at=5); print('\\n'.join(f'{n}={t}' for n, t in a.get_stored_tokens().items()))";

        var told = (await PythonPeer.RunAsync(script, fixture, fixture.Cache)).Split('\n');

        var environment = new HubEnvironment(name => name == "HF_HOME" ? fixture.At("home") : null, "/nowhere", path => File.Exists(path) ? File.ReadAllText(path) : null);
        Assert.Equal(told, environment.StoredTokens().Select(t => $"{t.Name}={t.Token}"));
        Assert.Equal("hf_two%", new HubOptions().UseStoredToken("my [own] token", environment).Token);
    }
}
