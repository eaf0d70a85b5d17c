using System.Text;
using System.Text.Json.Nodes;
using LoraDiff.Hub.Cards;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Publishing;
using LoraDiff.Hub.Tests.Fake;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Publishing;

public sealed class CommitTests : IAsyncLifetime
{
    private static readonly RepositoryId Id = new("me/model");

    private HubFixture _fixture = null!;
    private FakeRepository _repository = null!;
    private HubClient _client = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync()
    {
        _fixture = await HubFixture.StartAsync();
        _repository = Hub.Add("me/model");
        _client = _fixture.Client(withToken: true);
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task Commit_SmallAndLargeFiles_ArriveAsTheyAre()
    {
        var large = Bytes(5000, 1);
        var result = await CommitAsync(Add("README.md", "# hello"), CommitOperation.Add("sub/a.safetensors", large), CommitOperation.Add("empty.safetensors", Array.Empty<byte>()));

        Assert.True(result.Changed);
        Assert.Equal((3, 0), (result.Uploaded, result.Skipped));
        Assert.Equal(_repository.Head.Id, result.Commit);
        Assert.EndsWith($"/me/model/commit/{result.Commit}", result.Url.ToString(), StringComparison.Ordinal);
        Assert.Equal("# hello", _repository.Head.Files["README.md"].Text);
        Assert.Equal(large, _repository.Head.Files["sub/a.safetensors"].Bytes);
        Assert.True(_repository.Head.Files["sub/a.safetensors"].IsLfs);
        Assert.Equal(0, _repository.Head.Files["empty.safetensors"].Size);
        Assert.Equal(2, _repository.CommitCount);
    }

    [Fact]
    public async Task Commit_NamesItsParentInTheHeader()
    {
        var parent = _repository.Head.Id;
        await CommitAsync(Add("a.txt", "a"));

        var header = JsonNode.Parse(Hub.CommitBodies[0].Split('\n')[0])!;
        Assert.Equal("header", (string?)header["key"]);
        Assert.Equal(parent, (string?)header["value"]!["parentCommit"]);
        Assert.Equal("Upload a.txt", (string?)header["value"]!["summary"]);
    }

    [Fact]
    public async Task Commit_OfUnchangedFiles_IsNotMade()
    {
        CommitOperation[] operations = [Add("a.txt", "a"), CommitOperation.Add("b.safetensors", Bytes(3000, 2))];
        var first = await CommitAsync(operations);
        var requests = Hub.Requests.Count;

        var second = await CommitAsync(operations);

        Assert.False(second.Changed);
        Assert.Equal((0, 2), (second.Uploaded, second.Skipped));
        Assert.Equal(first.Commit, second.Commit);
        Assert.Single(Hub.CommitBodies);
        Assert.DoesNotContain(Hub.Requests.Skip(requests), r => r.Contains("lfs", StringComparison.Ordinal) || r.StartsWith("store", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commit_WithOneChangedFile_SendsOnlyThatOne()
    {
        await CommitAsync(Add("a.txt", "a"), Add("b.txt", "b"));
        await CommitAsync(Add("a.txt", "a"), Add("b.txt", "c"));

        var lines = Hub.CommitBodies[1].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"b.txt\"", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_OfAnIgnoredFile_LeavesItOut()
    {
        Hub.IgnoredPaths.Add("secret.env");
        var result = await CommitAsync(Add("secret.env", "x"), Add("a.txt", "a"));

        Assert.Equal((1, 1), (result.Uploaded, result.Skipped));
        Assert.Equal(["a.txt"], _repository.Head.Files.Keys);
    }

    [Fact]
    public async Task Commit_Deletions_TakeOutFileAndFolder_AndPassOverWhatIsNotThere()
    {
        await CommitAsync(Add("a.txt", "a"), Add("old/x.txt", "x"), Add("old/y.txt", "y"));
        await CommitAsync(CommitOperation.Delete("a.txt"), CommitOperation.DeleteFolder("old"), CommitOperation.Delete("never.txt"), Add("b.txt", "b"));

        Assert.Equal(["b.txt"], _repository.Head.Files.Keys);
        var again = await CommitAsync(CommitOperation.Delete("a.txt"));
        Assert.False(again.Changed);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("a/../b")]
    [InlineData("a//b")]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(".git/config")]
    [InlineData("a/.cache/b")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    public void Operation_OnABadPath_IsRefused(string path) => Assert.Throws<ArgumentException>(() => CommitOperation.Add(path, Array.Empty<byte>()));

    [Theory]
    [InlineData("/a/b.txt", "a/b.txt")]
    [InlineData("./a/b.txt", "a/b.txt")]
    public void Operation_OnAPathWithALeadingSlashOrDot_LosesIt(string path, string expected) => Assert.Equal(expected, CommitOperation.Delete(path).Path);

    [Fact]
    public async Task Commit_WithALostAnswer_IsMadeOnce()
    {
        Hub.Faults.Add(Fault.LoseAnswer(IsCommit, 1));
        var result = await CommitAsync(Add("a.txt", "a"), CommitOperation.Add("b.safetensors", Bytes(3000, 2)));

        Assert.Equal(2, _repository.CommitCount);
        Assert.Single(Hub.CommitBodies);
        Assert.Equal(_repository.Head.Id, result.Commit);
        Assert.True(result.Changed);
        Assert.Equal(2, result.Uploaded);
    }

    [Fact]
    public async Task Commit_WithAMessageOfSeveralLinesAndALostAnswer_IsMadeOnce()
    {
        Hub.Faults.Add(new Fault(IsCommit, 1, async (context, next) =>
        {
            context.Response.Body = Stream.Null;
            await next();
            // The Hub's history shows the first line.
            _repository.Commit("main", "on top", "", files => files["other.txt"] = new FakeFile([1], lfs: false));
            context.Abort();
        }));
        var result = await _client.CommitAsync(Id, [Add("a.txt", "a")], new CommitOptions { Message = "first line", Description = "more\nlines" });

        Assert.Single(Hub.CommitBodies);
        Assert.Equal("first line", _repository.Find(result.Commit)!.Title);
        Assert.Equal(_repository.Head.Parent, result.Commit);
    }

    [Fact]
    public async Task Commit_WithALostAnswerAndAnotherPushOnTop_IsMadeOnce()
    {
        Hub.Faults.Add(new Fault(IsCommit, 1, async (context, next) =>
        {
            context.Response.Body = Stream.Null;
            await next();
            _repository.Commit(new Dictionary<string, string> { ["a.txt"] = "somebody else's" });
            context.Abort();
        }));
        var result = await CommitAsync(Add("a.txt", "mine"));

        Assert.Single(Hub.CommitBodies);
        Assert.Equal("somebody else's", _repository.Head.Files["a.txt"].Text);
        Assert.Equal("mine", _repository.Find(result.Commit)!.Files["a.txt"].Text);
    }

    [Fact]
    public async Task Commit_LostBeforeTheHubSawIt_IsSentAgain()
    {
        Hub.Faults.Add(new Fault(IsCommit, 2, (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        }));
        var result = await CommitAsync(Add("a.txt", "a"));

        Assert.Equal(2, _repository.CommitCount);
        Assert.Equal(_repository.Head.Id, result.Commit);
    }

    [Fact]
    public async Task Commit_MadeWhileTheClientThoughtItLost_IsFoundAtTheConflict()
    {
        // The first answer is lost before the Hub has acted; the Hub acts late, after the client has looked.
        var late = false;
        Hub.Faults.Add(new Fault(IsCommit, 1, (context, _) =>
        {
            late = true;
            context.Abort();
            return Task.CompletedTask;
        }));
        Hub.Faults.Add(new Fault(r => late && IsCommit(r), 1, async (_, next) =>
        {
            _repository.Commit("main", "Upload a.txt", "", files => files["a.txt"] = new FakeFile(Encoding.UTF8.GetBytes("a"), lfs: false));
            await next();
        }));
        var result = await CommitAsync(Add("a.txt", "a"));

        Assert.Equal(2, _repository.CommitCount);
        Assert.Equal(_repository.Head.Id, result.Commit);
    }

    [Fact]
    public async Task Commit_AsAPullRequestWithALostAnswer_OpensOne()
    {
        Hub.Faults.Add(Fault.LoseAnswer(IsCommit, 1));
        var result = await _client.CommitAsync(Id, [Add("a.txt", "a")], new CommitOptions { CreatePullRequest = true });

        var (reference, commit) = Assert.Single(_repository.PullRequests);
        Assert.Equal((reference, commit), (result.PullRequest, result.Commit));
        Assert.Empty(_repository.Head.Files);
    }

    [Fact]
    public async Task Commit_AsAPullRequest_SaysWhichOne_AndTakesMoreCommits()
    {
        var result = await _client.CommitAsync(Id, [Add("a.txt", "a")], new CommitOptions { CreatePullRequest = true, Message = "please" });
        Assert.Equal("refs/pr/1", result.PullRequest);
        Assert.EndsWith("/me/model/discussions/1", result.PullRequestUrl!.ToString(), StringComparison.Ordinal);

        await _client.CommitAsync(Id, [Add("b.txt", "b")], new CommitOptions { Revision = "refs/pr/1" });
        Assert.Equal(["a.txt", "b.txt"], _repository.Find("refs/pr/1")!.Files.Keys);
        Assert.Empty(_repository.Head.Files);
    }

    [Fact]
    public async Task Commit_WhenOthersPushInBetween_IsMadeOnTopOfTheirs()
    {
        Hub.Faults.Add(new Fault(IsCommit, 3, async (_, next) =>
        {
            _repository.Commit(new Dictionary<string, string> { [$"other{_repository.CommitCount}.txt"] = "x" });
            await next();
        }));
        var result = await CommitAsync(Add("a.txt", "a"));

        Assert.Equal(4, Hub.CommitBodies.Count);
        Assert.Equal(4, _repository.Head.Files.Count);
        Assert.Equal(_repository.Head.Id, result.Commit);
    }

    [Fact]
    public async Task Commit_WhenOthersPushWithoutEnd_EndsWithAConflict()
    {
        Hub.Faults.Add(new Fault(IsCommit, int.MaxValue, async (_, next) =>
        {
            _repository.Commit(new Dictionary<string, string> { ["other.txt"] = $"{_repository.CommitCount}" });
            await next();
        }));
        await Assert.ThrowsAsync<HubConflictException>(() => CommitAsync(Add("a.txt", "a")));
        Assert.DoesNotContain("a.txt", _repository.Head.Files.Keys);
    }

    [Fact]
    public async Task Commit_OnAParentThatIsOld_IsRefused()
    {
        var old = _repository.Head.Id;
        _repository.Commit(new Dictionary<string, string> { ["other.txt"] = "x" });

        await Assert.ThrowsAsync<HubConflictException>(() => _client.CommitAsync(Id, [Add("a.txt", "a")], new CommitOptions { ParentCommit = old }));
        Assert.Single(Hub.CommitBodies);
    }

    [Fact]
    public async Task Commits_OfSeveralPushersAtOnce_AllArrive()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => _fixture.Client(withToken: true).CommitAsync(Id, [Add($"f{i}.txt", $"{i}")])));

        Assert.Equal(6, _repository.Head.Files.Count);
        Assert.Equal(7, _repository.CommitCount);
    }

    [Theory]
    [InlineData("/preupload/", 503)]
    [InlineData("/objects/batch", 502)]
    [InlineData("/part/", 500)]
    [InlineData("/lfs-verify/", 504)]
    [InlineData("/commit/", 500)]
    [InlineData("/commit/", 503)]
    public async Task Commit_AfterABurstOfServerErrors_IsMadeOnce(string part, int status)
    {
        Hub.Faults.Add(Fault.Status(r => r.Path.Value!.Contains(part, StringComparison.Ordinal), 4, status));
        await CommitAsync(Add("a.txt", "a"), CommitOperation.Add("b.safetensors", Bytes(3000, 2)));

        Assert.Equal(2, _repository.CommitCount);
        Assert.Equal(2, _repository.Head.Files.Count);
    }

    [Fact]
    public async Task Commit_AtAHubThatKeepsFailing_EndsWithItsError()
    {
        Hub.Faults.Add(Fault.Status(IsCommit, int.MaxValue, 500));
        var error = await Assert.ThrowsAsync<HubException>(() => CommitAsync(Add("a.txt", "a")));
        Assert.Equal(500, (int)error.StatusCode!);
        Assert.Equal(1, _repository.CommitCount);
    }

    [Fact]
    public async Task Commit_TooManyForOne_IsSplit()
    {
        _client.Limits = new CommitLimits(LargeFiles: 2, SmallFiles: 3, SmallBytes: 100);
        var operations = Enumerable.Range(0, 7).Select(i => Add($"s{i}.txt", new string('x', 30 + i))).Concat(Enumerable.Range(0, 5).Select(i => CommitOperation.Add($"w{i}.safetensors", Bytes(2000, i)))).ToArray();
        var result = await _client.CommitAsync(Id, operations, new CommitOptions { CreatePullRequest = true });

        Assert.Equal("refs/pr/1", result.PullRequest);
        Assert.Equal(12, result.Uploaded);
        Assert.Equal(12, _repository.Find("refs/pr/1")!.Files.Count);
        Assert.True(Hub.CommitBodies.Count >= 4);
        Assert.All(Hub.CommitBodies, body => Assert.True(body.Split('\n').Count(l => l.Contains("\"lfsFile\"", StringComparison.Ordinal)) <= 2));
        Assert.All(Hub.CommitBodies, body => Assert.True(body.Split('\n').Count(l => l.Contains("\"file\"", StringComparison.Ordinal)) <= 3));
    }

    [Fact]
    public async Task Commit_OfManyFiles_AsksInBatches()
    {
        await _client.CommitAsync(Id, Enumerable.Range(0, 600).Select(i => CommitOperation.Add($"d/{i:000}.bin", Bytes(1500, i))));

        Assert.Equal(600, _repository.Head.Files.Count);
        Assert.Equal(3, Hub.Count("/preupload/"));
        Assert.Equal(3, Hub.Count("/objects/batch"));
        Assert.Single(Hub.CommitBodies);
    }

    [Fact]
    public async Task Commit_OfACardThatTheHubRefuses_IsNotMade()
    {
        var error = await Assert.ThrowsAsync<ModelCardException>(() => CommitAsync(Add("README.md", "---\nbase_model: /home/me/model\n---\n"), Add("a.txt", "a")));

        Assert.Contains("base_model", error.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.CommitBodies);
    }

    [Fact]
    public async Task Commit_ToARepositoryThatIsNotThere_SaysSo()
        => await Assert.ThrowsAsync<RepositoryNotFoundException>(() => _client.CommitAsync(new("me/nothing"), [Add("a.txt", "a")]));

    [Fact]
    public async Task Commit_WithoutAToken_IsRefused_AndWithOneTheTokenIsNowhereInTheLog()
    {
        await Assert.ThrowsAnyAsync<HubException>(() => _fixture.Client().CommitAsync(Id, [Add("a.txt", "a")]));
        Hub.Faults.Add(Fault.Status(IsCommit, 2, 500));
        await CommitAsync(CommitOperation.Add("b.safetensors", Bytes(3000, 2)));

        Assert.DoesNotContain(_fixture.Log, line => line.Contains(Hub.Token, StringComparison.Ordinal) || line.Contains("X-Amz-Signature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Commit_Cancelled_Ends()
    {
        using var source = new CancellationTokenSource();
        Hub.Faults.Add(new Fault(IsCommit, 1, async (context, _) =>
        {
            await source.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        }));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.CommitAsync(Id, [Add("a.txt", "a")], cancellation: source.Token));
    }

    [Fact]
    public async Task UploadFolder_TakesWhatThePatternsSay_AndDeletesTheRest()
    {
        foreach (var path in (string[])["a.txt", "sub/b.txt", "sub/c.tmp", ".git/config", ".cache/huggingface/x", "skip/d.txt"])
        {
            var file = _fixture.At(["folder", .. path.Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, path);
        }
        _repository.Commit(new Dictionary<string, string> { ["into/old.txt"] = "x", ["into/a.txt"] = "older", ["into/keep.md"] = "x", ["outside.txt"] = "x", [".gitattributes"] = "x" });

        var result = await _client.UploadFolderAsync(Id, _fixture.At("folder"), new UploadFolderOptions { PathInRepository = "into", AllowPatterns = ["*.txt", "*.tmp"], IgnorePatterns = ["*.tmp", "skip/"], DeletePatterns = ["*.txt", "*"], Commit = new() { Message = "all" } });

        Assert.Equal([".gitattributes", "into/a.txt", "into/sub/b.txt", "outside.txt"], _repository.Head.Files.Keys);
        Assert.Equal("a.txt", _repository.Head.Files["into/a.txt"].Text);
        Assert.Equal("all", _repository.Head.Title);
        Assert.Equal(2, result.Uploaded);
    }

    [Fact]
    public async Task UploadFolder_FollowsLinksToFiles_NotToFolders()
    {
        Directory.CreateDirectory(_fixture.At("private", "deep"));
        await File.WriteAllTextAsync(_fixture.At("private", "deep", "secret.txt"), "secret");
        Directory.CreateDirectory(_fixture.At("folder", "sub"));
        await File.WriteAllTextAsync(_fixture.At("folder", "sub", "a.txt"), "a");
        await File.WriteAllTextAsync(_fixture.At("weights.txt"), "weights");
        File.CreateSymbolicLink(_fixture.At("folder", "w.txt"), _fixture.At("weights.txt"));
        Directory.CreateSymbolicLink(_fixture.At("folder", "other"), _fixture.At("private"));
        Directory.CreateSymbolicLink(_fixture.At("folder", "self"), ".");
        Directory.CreateSymbolicLink(_fixture.At("link"), _fixture.At("folder"));

        await _client.UploadFolderAsync(Id, _fixture.At("folder"));
        Assert.Equal(["sub/a.txt", "w.txt"], _repository.Head.Files.Keys);
        Assert.Equal("weights", _repository.Head.Files["w.txt"].Text);

        // The folder that is named may be a link itself.
        Assert.False((await _client.UploadFolderAsync(Id, _fixture.At("link"))).Changed);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    [InlineData(25, true)]
    [InlineData(25, false)]
    public async Task Commit_WhoseAnswerBreaksOffOrStandsStill_IsMadeOnce(int after, bool stalls)
    {
        Hub.Faults.Add(stalls ? Fault.StallBody(IsCommit, 1, after) : Fault.DropBody(IsCommit, 1, after));

        var result = await _fixture.Client(o => o.ReadTimeout = TimeSpan.FromMilliseconds(300), withToken: true).CommitAsync(Id, [Add("a.txt", "a")]);

        Assert.Equal((true, _repository.Head.Id), (result.Changed, result.Commit));
        Assert.Single(Hub.CommitBodies);
    }

    [Fact]
    public async Task Upload_ThatTheStoreRefuses_InATextThatStandsStill_IsAskedForAnew()
    {
        static bool IsPut(HttpRequest request) => HttpMethods.IsPut(request.Method);
        Hub.Faults.Add(Fault.Both(Fault.StallBody(IsPut, 2, 3), Fault.Answer(IsPut, 2, "<Error>expired</Error>", 403)));

        await _fixture.Client(o => (o.ReadTimeout, o.MaxRetries) = (TimeSpan.FromMilliseconds(300), 1), withToken: true).CommitAsync(Id, [CommitOperation.Add("b.safetensors", Bytes(3000, 2))]);

        Assert.Equal(Bytes(3000, 2), _repository.Head.Files["b.safetensors"].Bytes);
        Assert.Equal(2, Hub.Count("objects/batch"));
    }

    [Theory]
    [InlineData("/discussions", "[]")]
    [InlineData("/discussions", "{\"num\":\"one\"}")]
    [InlineData("objects/batch", "{\"objects\":[{\"oid\":\"x\",\"actions\":{\"upload\":7}}]}")]
    [InlineData("objects/batch", "[7]")]
    [InlineData("/preupload/", "{\"files\":[7]}")]
    [InlineData("/preupload/", "\"\\udc00\"")]
    [InlineData("validate-yaml", "{\"errors\":[\"\\ud800\"]}")]
    public async Task Write_ThatIsAnsweredWithNonsense_IsATypedError(string asked, string answer)
    {
        Hub.Faults.Add(Fault.Answer(r => r.Path.Value!.Contains(asked, StringComparison.Ordinal), 100, answer));

        await Assert.ThrowsAsync<HubException>(() => asked == "/discussions" ? _client.CreatePullRequestAsync(Id, "title") : CommitAsync(CommitOperation.Add("b.safetensors", Bytes(3000, 2)), Add("README.md", "# hello")));
    }

    private static bool IsCommit(HttpRequest request) => request.Path.Value!.Contains("/commit/", StringComparison.Ordinal) && HttpMethods.IsPost(request.Method);

    private static CommitOperation Add(string path, string text) => CommitOperation.Add(path, Encoding.UTF8.GetBytes(text));

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private Task<CommitResult> CommitAsync(params CommitOperation[] operations) => _client.CommitAsync(Id, operations);
}
