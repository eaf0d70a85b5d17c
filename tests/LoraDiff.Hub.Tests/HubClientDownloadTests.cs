using System.Collections.Concurrent;
using System.Security.Cryptography;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Tests.Fake;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests;

public sealed class HubClientDownloadTests
{
    private static bool IsStoreGet(HttpRequest request) => request.Path.StartsWithSegments("/get", StringComparison.Ordinal) && HttpMethods.IsGet(request.Method);

    private static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    [Fact]
    public async Task DownloadFile_FillsTheCache_InTheSharedLayout()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["sub/config.json"] = "{}", ["w.safetensors"] = "weights" });
        var client = fixture.Client();

        var config = await client.DownloadFileAsync("me/model", "sub/config.json");
        var weights = await client.DownloadFileAsync("me/model", "w.safetensors");

        var folder = Path.Combine(fixture.Cache, "models--me--model");
        Assert.Equal(Path.Combine(folder, "snapshots", commit.Id, "sub", "config.json"), config);
        Assert.Equal("{}", await File.ReadAllTextAsync(config));
        Assert.Equal($"../../../blobs/{commit.Files["sub/config.json"].BlobSha1}", new FileInfo(config).LinkTarget);
        Assert.Equal($"../../blobs/{commit.Files["w.safetensors"].Sha256}", new FileInfo(weights).LinkTarget);
        Assert.Equal(commit.Id, await File.ReadAllTextAsync(Path.Combine(folder, "refs", "main")));
        Assert.True(File.Exists(Path.Combine(fixture.Cache, "CACHEDIR.TAG")));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder, "blobs")).Length);
        Assert.Equal(config, client.FindInCache("me/model", "sub/config.json"));
    }

    [Fact]
    public async Task DownloadFile_OfACommitThatIsHere_NeedsNoNetwork()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a" });
        await fixture.Client().DownloadFileAsync("me/model", "a.txt");
        fixture.Hub.Requests.Clear();

        await fixture.Client().DownloadFileAsync("me/model", "a.txt", commit.Id);

        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task DownloadFile_AgainAtABranch_AsksOnlyForTheHeader()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(5000));
        await fixture.Client().DownloadFileAsync("me/model", "w.safetensors");
        fixture.Hub.Requests.Clear();

        await fixture.Client().DownloadFileAsync("me/model", "w.safetensors");

        Assert.All(fixture.Hub.Requests, r => Assert.StartsWith("HEAD", r, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("refs/pr/1")]
    [InlineData("feature/x")]
    public async Task DownloadFile_OfATagBranchOrPullRequest_TakesThatRevision(string revision)
    {
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        var first = repository.Commit(new Dictionary<string, string> { ["a.txt"] = "first" });
        repository.Commit(new Dictionary<string, string> { ["a.txt"] = "second" });
        (repository.Tags["v1"], repository.PullRequests["refs/pr/1"], repository.Branches["feature/x"]) = (first.Id, first.Id, first.Id);

        var path = await fixture.Client().DownloadFileAsync("me/model", "a.txt", revision);

        Assert.Equal("first", await File.ReadAllTextAsync(path));
        Assert.Equal("second", await File.ReadAllTextAsync(await fixture.Client().DownloadFileAsync("me/model", "a.txt")));
    }

    [Fact]
    public async Task DownloadFile_CutAtAnyOffset_IsTakenUpWhereItStopped()
    {
        await using var fixture = await HubFixture.StartAsync();
        var bytes = Bytes(600_000);
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", bytes);
        foreach (var offset in new[] { 0, 1, 8191, 8192, 262_143, 262_144, 262_145, 599_999 })
        {
            var client = fixture.Client(o => o.CacheFolder = fixture.At($"cache{offset}"));
            fixture.Hub.Faults.Add(Fault.DropBody(IsStoreGet, 1, offset));

            var path = await client.DownloadFileAsync("me/model", "w.safetensors");

            Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await File.ReadAllBytesAsync(path)));
        }
        Assert.All(fixture.Hub.Faults, f => Assert.Equal(1, f.Happened));
    }

    [Fact]
    public async Task DownloadFile_CutAgainAndAgain_GoesOnAsLongAsBytesArrive_AndGivesUpAfterwards()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(900_000));
        fixture.Hub.Faults.Add(Fault.DropBody(IsStoreGet, 12, 50_000));
        await fixture.Client().DownloadFileAsync("me/model", "w.safetensors");

        fixture.Hub.Faults.Add(Fault.DropBody(IsStoreGet, 1, 300_000));
        fixture.Hub.Faults.Add(Fault.DropBody(IsStoreGet, 100, 0));
        var client = fixture.Client(o => (o.CacheFolder, o.MaxRetries) = (fixture.At("other"), 2));
        await Assert.ThrowsAsync<HubException>(() => client.DownloadFileAsync("me/model", "w.safetensors"));
        var partial = Directory.GetFiles(fixture.At("other"), "*.loradiff.incomplete", SearchOption.AllDirectories);
        Assert.Equal(300_000, new FileInfo(Assert.Single(partial)).Length);

        // Another process goes on with what has arrived.
        fixture.Hub.Faults.Clear();
        fixture.Hub.Requests.Clear();
        ConcurrentQueue<TransferProgress> seen = [];
        var path = await fixture.Client(o => o.CacheFolder = fixture.At("other")).DownloadFileAsync("me/model", "w.safetensors", progress: new Reports(seen));
        Assert.Equal(Bytes(900_000), await File.ReadAllBytesAsync(path));
        Assert.True(seen.First().Bytes >= 300_000);
        Assert.Equal((900_000, 900_000L), (seen.Last().Bytes, seen.Last().Size!.Value));
        Assert.Empty(Directory.GetFiles(fixture.At("other"), "*.incomplete", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task DownloadFile_WhoseRangeIsIgnored_BeginsAgain()
    {
        await using var fixture = await HubFixture.StartAsync();
        var bytes = Bytes(400_000);
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", bytes);
        fixture.Hub.Faults.Add(Fault.DropBody(IsStoreGet, 1, 100_000));
        fixture.Hub.Faults.Add(Fault.IgnoreRange(IsStoreGet, 1));

        Assert.Equal(bytes, await File.ReadAllBytesAsync(await fixture.Client().DownloadFileAsync("me/model", "w.safetensors")));
    }

    [Fact]
    public async Task DownloadFile_WhoseRangeIsIgnored_AndThatIsCutAtTheSameByte_EndsAfterTheRetries()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(400_000));
        fixture.Hub.Faults.Add(Fault.Both(Fault.IgnoreRange(IsStoreGet, 100), Fault.DropBody(IsStoreGet, 100, 100_000)));

        var error = await Assert.ThrowsAsync<HubException>(() => fixture.Client(o => o.MaxRetries = 3).DownloadFileAsync("me/model", "w.safetensors"));

        Assert.Contains("of 400000", error.Message, StringComparison.Ordinal);
        Assert.InRange(fixture.Hub.Count("store GET"), 4, 16); // a reset may overtake some bytes, and these are progress the next time
    }

    [Fact]
    public async Task DownloadFile_WhoseRangeIsIgnored_AndThatComesFurtherEachTime_IsDownloaded()
    {
        await using var fixture = await HubFixture.StartAsync();
        var bytes = Bytes(400_000);
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", bytes);
        for (var after = 50_000; after < 400_000; after += 50_000)
        {
            fixture.Hub.Faults.Add(Fault.Both(Fault.IgnoreRange(IsStoreGet, 1), Fault.DropBody(IsStoreGet, 1, after)));
        }
        fixture.Hub.Faults.Add(Fault.IgnoreRange(IsStoreGet, 1));

        Assert.Equal(bytes, await File.ReadAllBytesAsync(await fixture.Client().DownloadFileAsync("me/model", "w.safetensors")));
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("many")]
    public async Task DownloadFile_OfASizeThatIsNone_IsDownloaded(string size)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(5000));
        fixture.Hub.Faults.Add(new(r => HttpMethods.IsHead(r.Method), 1, (context, next) =>
        {
            context.Response.OnStarting(() => { context.Response.Headers["X-Linked-Size"] = size; return Task.CompletedTask; });
            return next();
        }));

        Assert.Equal(Bytes(5000), await File.ReadAllBytesAsync(await fixture.Client().DownloadFileAsync("me/model", "w.safetensors")));
    }

    [Fact]
    public async Task DownloadFile_OfANameLongerThanFileSystemsTake_IsRefused()
    {
        await using var fixture = await HubFixture.StartAsync();
        var (wide, tight) = (new string('é', 150) + ".txt", new string('n', 250) + ".txt");
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { [wide] = "a", [tight] = "b" });

        await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadFileAsync("me/model", wide));
        await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadSnapshotAsync("me/model"));
        Assert.Equal("b", await File.ReadAllTextAsync(await fixture.Client().DownloadFileAsync("me/model", tight)));
        // The name itself fits; that of its record beside it does not.
        var error = await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadFileAsync("me/model", tight, options: new() { LocalFolder = fixture.At("local") }));
        Assert.Contains("shorter path", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w.safetensors")]
    [InlineData("a.txt")]
    public async Task DownloadFile_OfWrongBytes_IsRefused_AndKeepsNothing(string path)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "some text", ["w.safetensors"] = "some weights" });
        fixture.Hub.Faults.Add(Fault.WrongByte(r => HttpMethods.IsGet(r.Method) && (r.Path.StartsWithSegments("/get", StringComparison.Ordinal) || r.Path.Value!.Contains("resolve-cache", StringComparison.Ordinal)), 1, 3));

        var error = await Assert.ThrowsAsync<HubIntegrityException>(() => fixture.Client().DownloadFileAsync("me/model", path));

        Assert.Contains("Nothing was kept", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(fixture.Cache, "models--me--model", "blobs")));
        Assert.Null(fixture.Client().FindInCache("me/model", path));
    }

    [Fact]
    public async Task DownloadFile_WhosePartialFileIsSpoilt_BeginsAgain()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(5000));
        var blobs = Directory.CreateDirectory(Path.Combine(fixture.Cache, "models--me--model", "blobs")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(blobs, commit.Files["w.safetensors"].Sha256 + ".loradiff.incomplete"), new byte[1000]);

        Assert.Equal(Bytes(5000), await File.ReadAllBytesAsync(await fixture.Client().DownloadFileAsync("me/model", "w.safetensors")));
    }

    [Fact]
    public async Task DownloadFile_ThatStandsStill_IsTakenUpAgain()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(5000));
        fixture.Hub.Faults.Add(Fault.Stall(IsStoreGet, 1, TimeSpan.FromSeconds(30)));

        await fixture.Client(o => o.RequestTimeout = TimeSpan.FromMilliseconds(300)).DownloadFileAsync("me/model", "w.safetensors");

        Assert.Equal(2, fixture.Hub.Count("store GET"));
    }

    [Fact]
    public async Task DownloadFile_WhoseBodyStandsStill_IsTakenUpWhereItStopped()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(500_000));
        fixture.Hub.Faults.Add(Fault.StallBody(IsStoreGet, 2, 100_000));

        var path = await fixture.Client(o => o.ReadTimeout = TimeSpan.FromMilliseconds(300)).DownloadFileAsync("me/model", "w.safetensors");

        Assert.Equal(Bytes(500_000), await File.ReadAllBytesAsync(path));
        Assert.Equal(3, fixture.Hub.Count("store GET"));
    }

    [Fact]
    public async Task DownloadFile_OfAnEmptyFile_IsEmpty()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["empty.txt"] = "" });

        Assert.Empty(await File.ReadAllBytesAsync(await fixture.Client().DownloadFileAsync("me/model", "empty.txt")));
    }

    [Fact]
    public async Task DownloadFile_ThatDoesNotExist_IsRemembered()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a"] = "1" });

        await Assert.ThrowsAsync<EntryNotFoundException>(() => fixture.Client().DownloadFileAsync("me/model", "b.json"));

        Assert.True(File.Exists(Path.Combine(fixture.Cache, "models--me--model", ".no_exist", commit.Id, "b.json")));
    }

    [Fact]
    public async Task DownloadFile_ThatIsKnownNotToExist_NeedsNoNetwork()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a"] = "1" });
        await Assert.ThrowsAsync<EntryNotFoundException>(() => fixture.Client().DownloadFileAsync("me/model", "b.json"));
        fixture.Hub.Requests.Clear();

        await Assert.ThrowsAsync<EntryNotFoundException>(() => fixture.Client().DownloadFileAsync("me/model", "b.json", commit.Id));
        var error = await Assert.ThrowsAsync<EntryNotFoundException>(() => fixture.Client(o => o.Offline = true).DownloadFileAsync("me/model", "b.json"));

        Assert.Equal(commit.Id, error.Commit);
        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task DownloadFile_OfACacheThatTakesNoNotes_GivesTheSameAnswers()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a" });
        // Folders and files in each other's places: nobody can write there, not even the superuser, who runs tests in containers.
        var repository = Directory.CreateDirectory(Path.Combine(fixture.Cache, "models--me--model")).FullName;
        Directory.CreateDirectory(Path.Combine(fixture.Cache, "CACHEDIR.TAG"));
        foreach (var name in new[] { ".no_exist", "refs", "trees" })
        {
            await File.WriteAllTextAsync(Path.Combine(repository, name), "");
        }

        var folder = await fixture.Client().DownloadSnapshotAsync("me/model");

        Assert.Equal("a", await File.ReadAllTextAsync(Path.Combine(folder, "a.txt")));
        Assert.Equal(Path.Combine(folder, "a.txt"), await fixture.Client().DownloadFileAsync("me/model", "a.txt"));
        await Assert.ThrowsAsync<EntryNotFoundException>(() => fixture.Client().DownloadFileAsync("me/model", "b.txt"));
        Assert.All(new[] { "CACHEDIR.TAG", "main", ".json", "b.txt" }, name => Assert.Contains(fixture.Log, line => line.StartsWith("Debug", StringComparison.Ordinal) && line.Contains(name + " could not be written", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task DownloadFile_LargerThanTheDisk_IsWarnedOf()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(5000));
        fixture.Hub.Faults.Add(new(r => HttpMethods.IsHead(r.Method), 1, (context, next) =>
        {
            context.Response.OnStarting(() => { context.Response.Headers["X-Linked-Size"] = "9000000000000000"; return Task.CompletedTask; });
            return next();
        }));

        await Assert.ThrowsAsync<HubException>(() => fixture.Client().DownloadFileAsync("me/model", "w.safetensors"));

        Assert.Contains(fixture.Log, line => line.StartsWith("Warning w.safetensors", StringComparison.Ordinal) && line.Contains("9000000000000000 bytes", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DownloadFile_WithoutNetwork_TakesTheCachedRevision()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a" });
        var path = await fixture.Client().DownloadFileAsync("me/model", "a.txt");

        Assert.Equal(path, await fixture.Client(o => o.Offline = true).DownloadFileAsync("me/model", "a.txt"));
        Assert.Equal(path, await fixture.Client(o => (o.Endpoint, o.MaxRetries) = (new Uri("http://127.0.0.1:9"), 0)).DownloadFileAsync("me/model", "a.txt"));
        Assert.EndsWith(Path.GetFileName(Path.GetDirectoryName(path)!), await fixture.Client(o => o.Offline = true).DownloadSnapshotAsync("me/model"), StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<LocalEntryNotFoundException>(() => fixture.Client(o => o.Offline = true).DownloadFileAsync("me/model", "b.txt"));
        Assert.Contains("HF_HUB_OFFLINE", missing.Message, StringComparison.Ordinal);
        fixture.Hub.Faults.Add(Fault.Status(_ => true, 100, 500));
        Assert.Equal(path, await fixture.Client(o => o.MaxRetries = 1).DownloadFileAsync("me/model", "a.txt"));
    }

    [Fact]
    public async Task DownloadSnapshot_OfACommitThatIsHere_NeedsNoNetwork()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a", ["w.safetensors"] = "w" });
        var folder = await fixture.Client().DownloadSnapshotAsync("me/model");
        fixture.Hub.Requests.Clear();

        Assert.Equal(folder, await fixture.Client().DownloadSnapshotAsync("me/model", commit.Id));

        Assert.Empty(fixture.Hub.Requests);
    }

    [Fact]
    public async Task DownloadSnapshot_OfflineAndNotWhole_NamesWhatIsMissing()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["config.json"] = "{}", ["w.safetensors"] = "w" });
        var folder = await fixture.Client().DownloadSnapshotAsync("me/model", options: new() { Include = ["*.json"] });
        var offline = fixture.Client(o => o.Offline = true);

        Assert.Equal(folder, await offline.DownloadSnapshotAsync("me/model", options: new() { Include = ["*.json"] }));
        var error = await Assert.ThrowsAsync<LocalEntryNotFoundException>(() => offline.DownloadSnapshotAsync("me/model"));
        Assert.Contains("w.safetensors", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<LocalEntryNotFoundException>(() => offline.DownloadSnapshotAsync("me/model", Path.GetFileName(folder)));
        Assert.Contains("w.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadSnapshot_OfASpoiltTreeFile_AsksTheHub()
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a" });
        var trees = Directory.CreateDirectory(Path.Combine(fixture.Cache, "models--me--model", "trees")).FullName;
        foreach (var text in new[] { "", "{", "[]", "{\"format_version\":2,\"files\":{}}", "{\"format_version\":1}" })
        {
            await File.WriteAllTextAsync(Path.Combine(trees, commit.Id + ".json"), text);
            var folder = await fixture.Client().DownloadSnapshotAsync("me/model");
            Assert.Equal("a", await File.ReadAllTextAsync(Path.Combine(folder, "a.txt")));
        }
    }

    [Theory]
    [InlineData(".cache/huggingface/download/a.txt.metadata")]
    [InlineData(".git/hooks/post-checkout")]
    public async Task DownloadSnapshot_OfRecordsOrHooks_WritesNothing(string path)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { [path] = "evil" });

        await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadSnapshotAsync("me/model", options: new() { LocalFolder = fixture.At("local") }));

        Assert.False(File.Exists(fixture.At(["local", .. path.Split('/')])));
    }

    [Fact]
    public async Task DownloadFile_WhoseRecordsAreALink_IsRefused()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a" });
        Directory.CreateDirectory(fixture.At("local"));
        Directory.CreateDirectory(fixture.At("elsewhere"));
        Directory.CreateSymbolicLink(fixture.At("local", ".cache"), fixture.At("elsewhere"));

        await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadFileAsync("me/model", "a.txt", options: new() { LocalFolder = fixture.At("local") }));

        Assert.Empty(Directory.GetFiles(fixture.At("elsewhere"), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadSnapshot_WithPatterns_TakesThoseFiles(bool withoutLinks)
    {
        await using var fixture = await HubFixture.StartAsync();
        var commit = fixture.Hub.Add("me/model").Commit(Enumerable.Range(0, 30).ToDictionary(i => $"part{i % 3}/f{i}.{(i % 2 == 0 ? "json" : "bin")}", i => $"text {i}"));
        var client = fixture.Client(o => o.DisableSymlinks = withoutLinks);

        var folder = await client.DownloadSnapshotAsync("me/model", options: new() { Include = ["*.json"], Exclude = ["part0/"] });

        Assert.Equal(commit.Id, Path.GetFileName(folder));
        Assert.Equal(10, Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Length);
        Assert.Equal("text 4", await File.ReadAllTextAsync(Path.Combine(folder, "part1", "f4.json")));
        Assert.Equal(withoutLinks, new FileInfo(Path.Combine(folder, "part1", "f4.json")).LinkTarget is null);
        // No header is asked for one by one: the tree has said it all.
        Assert.Equal(0, fixture.Hub.Count("HEAD"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task DownloadSnapshot_OfSeveralProcessesAtOnce_FetchesEachFileOnce(bool withoutLinks)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(Enumerable.Range(0, 20).ToDictionary(i => $"f{i}.safetensors", i => $"weights {i}"));

        var folders = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fixture.Client(o => o.DisableSymlinks = withoutLinks).DownloadSnapshotAsync("me/model")));

        Assert.Single(folders.Distinct());
        Assert.Equal(20, fixture.Hub.Count("store GET"));
    }

    [Fact]
    public async Task DownloadSnapshot_ToALocalFolder_WritesRealFiles_AndKeepsThemUpToDate()
    {
        await using var fixture = await HubFixture.StartAsync();
        var repository = fixture.Hub.Add("me/model");
        repository.Commit(new Dictionary<string, string> { ["a.txt"] = "one", ["sub/w.safetensors"] = "weights" });
        var options = new DownloadOptions { LocalFolder = fixture.At("local") };
        await fixture.Client().DownloadSnapshotAsync("me/model", options: options);
        Assert.Equal("weights", await File.ReadAllTextAsync(fixture.At("local", "sub", "w.safetensors")));
        Assert.Equal(3, (await File.ReadAllLinesAsync(fixture.At("local", ".cache", "huggingface", "download", "a.txt.metadata"))).Length);
        Assert.Equal("*", await File.ReadAllTextAsync(fixture.At("local", ".cache", "huggingface", ".gitignore")));

        repository.Commit(new Dictionary<string, string> { ["a.txt"] = "two" });
        fixture.Hub.Requests.Clear();
        await fixture.Client().DownloadSnapshotAsync("me/model", options: options);

        Assert.Equal("two", await File.ReadAllTextAsync(fixture.At("local", "a.txt")));
        Assert.Equal(0, fixture.Hub.Count("store GET"));
        Assert.False(Directory.Exists(Path.Combine(fixture.Cache, "models--me--model", "blobs")));
    }

    [Fact]
    public async Task DownloadSnapshot_OfARepositoryWithPathsThatLeadOut_WritesNothing()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a", ["../../evil.txt"] = "evil" });

        var error = await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadSnapshotAsync("me/model", options: new() { LocalFolder = fixture.At("local", "deep") }));

        Assert.Contains("../../evil.txt", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(fixture.At("evil.txt")));
        Assert.False(File.Exists(fixture.At("local", "deep", "a.txt")));
    }

    [Fact]
    public async Task DownloadFile_ThroughALinkInTheLocalFolder_IsRefused()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["sub/a.txt"] = "a" });
        Directory.CreateDirectory(fixture.At("local"));
        Directory.CreateDirectory(fixture.At("elsewhere"));
        Directory.CreateSymbolicLink(fixture.At("local", "sub"), fixture.At("elsewhere"));

        await Assert.ThrowsAsync<UnsafePathException>(() => fixture.Client().DownloadFileAsync("me/model", "sub/a.txt", options: new() { LocalFolder = fixture.At("local") }));

        Assert.Empty(Directory.GetFiles(fixture.At("elsewhere")));
    }

    [Fact]
    public async Task DownloadFile_OfACancelledDownload_KeepsWhatArrived()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").CommitBytes("w.safetensors", Bytes(3_000_000));
        using var source = new CancellationTokenSource();
        var progress = new Reports([], report => { if (report.Bytes > 500_000) { source.Cancel(); } });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Client().DownloadFileAsync("me/model", "w.safetensors", progress: progress, cancellation: source.Token));

        Assert.True(new FileInfo(Assert.Single(Directory.GetFiles(fixture.Cache, "*.incomplete", SearchOption.AllDirectories))).Length >= 500_000);
    }

    private sealed class Reports(ConcurrentQueue<TransferProgress> seen, Action<TransferProgress>? act = null) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            seen.Enqueue(value);
            act?.Invoke(value);
        }
    }
}
