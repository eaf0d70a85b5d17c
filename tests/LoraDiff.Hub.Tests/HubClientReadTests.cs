using System.Collections.Concurrent;
using System.Diagnostics;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Tests.Fake;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace LoraDiff.Hub.Tests;

public sealed class HubClientReadTests
{
    [Fact]
    public async Task GetInfo_OfARepository_GivesCommitAndFiles()
    {
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        var commit = repository.Commit(new Dictionary<string, string> { ["config.json"] = "{}", ["model.safetensors"] = "weights" });

        var info = await fixture.Client().GetInfoAsync("me/model", files: true);

        Assert.Equal(("me/model", commit.Id, "mit"), (info.Id, info.Commit, info.License));
        Assert.Equal(["config.json", "model.safetensors"], info.Files.Select(f => f.Path));
        Assert.Equal((2, commit.Files["config.json"].BlobSha1, null), (info.Files[0].Size, info.Files[0].BlobId, info.Files[0].Sha256));
        Assert.Equal(commit.Files["model.safetensors"].Sha256, info.Files[1].Sha256);
    }

    [Fact]
    public async Task ListTree_OverSeveralPages_GivesEveryEntryOnce()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.PageSize = 7;
        fixture.Hub.Add("me/model").Commit(Enumerable.Range(0, 40).ToDictionary(i => $"folder{i % 3}/file{i:00}.txt", i => $"text {i}"));

        var all = await fixture.Client().ListTreeAsync("me/model").ToListAsync();
        var below = await fixture.Client().ListTreeAsync("me/model", folder: "folder1").ToListAsync();
        var top = await fixture.Client().ListTreeAsync("me/model", recursive: false).ToListAsync();

        Assert.Equal(40, all.Where(e => !e.IsFolder).Select(e => e.Path).Distinct().Count());
        Assert.Equal(43, all.Count);
        Assert.Equal(13, below.Count);
        Assert.Equal(["folder0", "folder1", "folder2"], top.Select(e => e.Path));
        Assert.True(fixture.Hub.Count("cursor=") >= 6);
    }

    [Fact]
    public async Task GetPaths_LeavesOutWhatDoesNotExist()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a", ["b/c.txt"] = "bc" });

        var found = await fixture.Client().GetPathsAsync("me/model", ["a.txt", "missing", "b/c.txt"]);

        Assert.Equal([("a.txt", 1L), ("b/c.txt", 2L)], found.Select(e => (e.Path, e.Size)));
    }

    [Fact]
    public async Task References_Commits_Models_AndUser_AreRead()
    {
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        var first = repository.Commit(new Dictionary<string, string> { ["a"] = "1" });
        var second = repository.Commit(new Dictionary<string, string> { ["a"] = "2" });
        repository.Tags["v1"] = first.Id;
        repository.PullRequests["refs/pr/1"] = first.Id;
        fixture.Hub.Add("me/other");
        fixture.Hub.Add("you/third");
        var client = fixture.Client(withToken: true);

        var references = await client.GetReferencesAsync("me/model");
        Assert.Equal(("main", "refs/heads/main", second.Id), (references.Branches[0].Name, references.Branches[0].Reference, references.Branches[0].Commit));
        Assert.Equal(("v1", first.Id), (references.Tags[0].Name, references.Tags[0].Commit));
        Assert.Equal("refs/pr/1", references.PullRequests[0].Name);
        Assert.Equal([second.Id, first.Id], (await client.ListCommitsAsync("me/model").ToListAsync()).Take(2).Select(c => c.Id));
        Assert.Equal(["me/model", "me/other"], (await client.ListModelsAsync(new() { Author = "me" }).ToListAsync()).Select(m => m.Id));
        Assert.Single(await client.ListModelsAsync(new() { Limit = 1 }).ToListAsync());
        Assert.Equal(("tester", "write"), ((await client.WhoAmIAsync()).Name, (await client.WhoAmIAsync()).TokenRole));
        Assert.Equal(1, fixture.Hub.Count("whoami"));
        Assert.True(await client.FileExistsAsync("me/model", "a"));
        Assert.False(await client.FileExistsAsync("me/model", "b"));
        Assert.False(await client.ExistsAsync("me/nothing"));
        await client.CheckAccessAsync("me/model", write: true);
        await Assert.ThrowsAsync<HubUnauthorizedException>(() => fixture.Client().CheckAccessAsync("me/model", write: true));
    }

    [Fact]
    public async Task Errors_AreToldApart()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/private").IsPrivate = true;
        fixture.Hub.Add("me/gated").IsGated = true;
        fixture.Hub.Add("me/disabled").IsDisabled = true;
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a"] = "1" });
        var anonymous = fixture.Client();

        await Assert.ThrowsAsync<RepositoryNotFoundException>(() => anonymous.GetInfoAsync("me/nothing"));
        await Assert.ThrowsAsync<RepositoryNotFoundException>(() => anonymous.GetInfoAsync("me/private"));
        Assert.True((await fixture.Client(withToken: true).GetInfoAsync("me/private")).IsPrivate);
        await Assert.ThrowsAsync<GatedRepositoryException>(() => anonymous.DownloadFileAsync("me/gated", "a"));
        await Assert.ThrowsAsync<DisabledRepositoryException>(() => anonymous.GetInfoAsync("me/disabled"));
        await Assert.ThrowsAsync<HubUnauthorizedException>(() => fixture.Client(o => o.Token = "hf_wrong").GetInfoAsync("me/model"));
        await Assert.ThrowsAsync<HubUnauthorizedException>(() => anonymous.WhoAmIAsync());
        var revision = await Assert.ThrowsAsync<RevisionNotFoundException>(() => anonymous.GetInfoAsync("me/model", "v9"));
        Assert.Contains("v9", revision.Message, StringComparison.Ordinal);
        Assert.Equal("fake-request", revision.RequestId);
        var entry = await Assert.ThrowsAsync<EntryNotFoundException>(() => anonymous.DownloadFileAsync("me/model", "b"));
        Assert.Contains("b in me/model", entry.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimit_IsWaitedFor_ThenReported()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        fixture.Hub.Faults.Add(Fault.Status(_ => true, 1, 429, ("RateLimit", "\"api\";r=0;t=55")));

        await fixture.Client().GetInfoAsync("me/model");
        Assert.Equal([56], fixture.Time.Waits.Select(w => (int)w.TotalSeconds));

        fixture.Hub.Faults.Add(Fault.Status(_ => true, 10, 429, ("Retry-After", "30")));
        var limited = await Assert.ThrowsAsync<HubRateLimitException>(() => fixture.Client().GetInfoAsync("me/model"));
        Assert.Equal(31, limited.Wait?.TotalSeconds);
        Assert.Equal(7, fixture.Hub.Count("GET /api/models/me/model") - 1);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task AWaitLongerThanAnyoneWaits_FailsAtOnce(int status)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        fixture.Hub.Faults.Add(Fault.Status(_ => true, 1, status, ("Retry-After", "2000000000")));

        var error = await Assert.ThrowsAnyAsync<HubException>(() => fixture.Client().GetInfoAsync("me/model"));

        Assert.Equal(status, (int)error.StatusCode!);
        Assert.Equal(status == 429 ? TimeSpan.FromSeconds(2_000_000_001) : null, (error as HubRateLimitException)?.Wait);
        Assert.Single(fixture.Hub.Requests);
    }

    [Fact]
    public async Task ServerErrors_AndLostConnections_AreTriedAgain()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        fixture.Hub.Faults.Add(Fault.Status(_ => true, 2, 503));
        fixture.Hub.Faults.Add(Fault.LoseAnswer(_ => true, 1));
        fixture.Hub.Faults.Add(Fault.Stall(_ => true, 1, TimeSpan.FromSeconds(30)));

        var info = await fixture.Client(o => o.RequestTimeout = TimeSpan.FromMilliseconds(300)).GetInfoAsync("me/model");

        Assert.Equal("me/model", info.Id);
        Assert.Equal([1, 2, 4, 8], fixture.Time.Waits.Select(w => (int)w.TotalSeconds));
    }

    [Fact]
    public async Task AClosedServer_IsOneErrorThatNamesTheHost()
    {
        await using var fixture = await HubFixture.StartAsync();
        var client = fixture.Client(o => (o.Endpoint, o.MaxRetries) = (new Uri("http://127.0.0.1:9"), 1));

        var error = await Assert.ThrowsAsync<HubException>(() => client.GetInfoAsync("me/model"));

        Assert.Contains("127.0.0.1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARenamedPrivateRepository_IsFollowed_WithTheToken()
    {
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/old");
        repository.IsPrivate = true;
        repository.Commit(new Dictionary<string, string> { ["a.txt"] = "hello", ["w.safetensors"] = "weights" });
        fixture.Hub.Rename("me/old", "me/new");
        var client = fixture.Client(withToken: true);

        Assert.Equal("me/new", (await client.GetInfoAsync("me/old")).Id);
        Assert.Equal("hello", await File.ReadAllTextAsync(await client.DownloadFileAsync("me/old", "a.txt")));
        // The store answers 400 to any Authorization header.
        Assert.Equal("weights", await File.ReadAllTextAsync(await client.DownloadFileAsync("me/old", "w.safetensors")));
    }

    [Fact]
    public async Task NoSecret_IsInLogsOrErrors()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["w.safetensors"] = "weights" });
        fixture.Hub.Faults.Add(Fault.Status(r => r.Path.StartsWithSegments("/get", StringComparison.Ordinal), 1, 503));
        var client = fixture.Client(withToken: true);

        await client.DownloadFileAsync("me/model", "w.safetensors");
        var error = await Assert.ThrowsAnyAsync<HubException>(() => client.GetInfoAsync("me/model", fixture.Hub.Token));

        var said = string.Join('\n', [.. fixture.Log, error.ToString(), client.Options.ToString(), client.ToString()!]);
        Assert.Contains("/get/", said, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz-Signature", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", said, StringComparison.Ordinal);
        Assert.DoesNotContain(fixture.Hub.Token, string.Join('\n', [.. fixture.Log, client.Options.ToString(), error.Message]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoSecret_IsInTraces()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["w.safetensors"] = "weights" });
        ConcurrentQueue<string> seen = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "LoraDiff.Hub" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Enqueue($"{activity.Source.Name} {activity.DisplayName} {string.Join(' ', activity.TagObjects.Select(t => $"{t.Key}={t.Value}"))} {string.Join(' ', activity.Baggage)}"),
        };
        ActivitySource.AddActivityListener(listener);

        await fixture.Client(withToken: true).DownloadFileAsync("me/model", "w.safetensors");

        Assert.Contains(seen, line => line.StartsWith("LoraDiff.Hub ", StringComparison.Ordinal) && line.Contains("/me/model/resolve/", StringComparison.Ordinal) && line.Contains("http.response.status_code=200", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.Hub.Token, string.Join('\n', seen), StringComparison.Ordinal);
        Assert.DoesNotContain("X-Amz-Signature", string.Join('\n', seen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfflineMode_AsksNothing()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");

        await Assert.ThrowsAsync<HubOfflineException>(() => fixture.Client(o => o.Offline = true).GetInfoAsync("me/model"));

        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task Cancellation_DuringAWait_EndsAtOnce()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        fixture.Hub.Faults.Add(Fault.Stall(_ => true, 1, TimeSpan.FromSeconds(30)));
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Client().GetInfoAsync("me/model", cancellation: source.Token));
    }

    [Fact]
    public async Task DependencyInjection_GivesAClient_AndValidatesItsOptions()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        using var services = new ServiceCollection().AddHuggingFaceHub(o => (o.Endpoint, o.CacheFolder, o.Token) = (fixture.Hub.Address, fixture.Cache, null)).BuildServiceProvider();

        Assert.Equal("me/model", (await services.GetRequiredService<HubClient>().GetInfoAsync("me/model")).Id);

        using var wrong = new ServiceCollection().AddHuggingFaceHub(o => o.ParallelDownloads = 0).BuildServiceProvider();
        Assert.Throws<OptionsValidationException>(() => wrong.GetRequiredService<HubClient>());
    }
}
