using System.Net;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;
using LoraDiff.Hub.Publishing;
using LoraDiff.Hub.Tests.Fake;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Http;

/// <summary>Answers of the API (not of files) that break off, stand still, or are not what was asked for.</summary>
public sealed class HubHttpTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnAnswer_ThatEndsAtAnyByte_IsAskedForAgain(bool stalls)
    {
        await using var fixture = await HubFixture.StartAsync();
        using var http = new HttpClient();
        var commits = new List<string> { fixture.Hub.Add("me/m").Commit(new Dictionary<string, string> { ["a"] = "1" }).Id };
        var length = (await http.GetByteArrayAsync(new Uri(fixture.Hub.Address, "api/models/me/m/refs?include_prs=1"))).Length;
        Assert.True(length > 100);
        for (var i = 0; i < length; i++)
        {
            var offset = i;
            fixture.Hub.Add($"me/m{offset}").Commit(new Dictionary<string, string> { ["a"] = "1" });
            bool IsAsked(HttpRequest request) => request.Path.Value == $"/api/models/me/m{offset}/refs";
            fixture.Hub.Faults.Add(stalls ? Fault.StallBody(IsAsked, 1, offset) : Fault.DropBody(IsAsked, 1, offset));
        }
        var client = fixture.Client(o => o.ReadTimeout = o.RequestTimeout = TimeSpan.FromSeconds(stalls ? 3 : 30));

        var answers = await Task.WhenAll(Enumerable.Range(0, length).Select(i => client.GetReferencesAsync($"me/m{i}")));

        Assert.Equal(Enumerable.Range(0, length).Select(i => fixture.Hub.Find($"me/m{i}")!.Head.Id), answers.Select(a => a.Branches[0].Commit));
        Assert.All(fixture.Hub.Faults, f => Assert.Equal(1, f.Happened));
        Assert.All(Enumerable.Range(0, length), i => Assert.InRange(fixture.Hub.Count($"/me/m{i}/refs"), 2, 6));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnAnswer_ThatNeverComesWhole_IsATypedError_AndTheCacheServes(bool stalls)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model").Commit(new Dictionary<string, string> { ["a.txt"] = "a" });
        var folder = await fixture.Client().DownloadSnapshotAsync("me/model");
        static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api/models", StringComparison.Ordinal);
        fixture.Hub.Faults.Add(Fault.Both(stalls ? Fault.StallBody(IsApi, 100, 40) : Fault.DropBody(IsApi, 100, 40), Fault.Answer(IsApi, 100, new string(' ', 100))));
        fixture.Hub.Requests.Clear();
        var client = fixture.Client(o => (o.ReadTimeout, o.MaxRetries) = (Soon, 2));

        var error = await Assert.ThrowsAsync<HubException>(() => client.GetInfoAsync("me/model"));

        Assert.Equal((null, "fake-request"), (error.StatusCode, error.RequestId));
        Assert.Contains("broke off", error.Message, StringComparison.Ordinal);
        Assert.Equal(stalls, error.Message.Contains("no answer in time", StringComparison.Ordinal));
        Assert.Equal(3, fixture.Hub.Count("GET /api/models/me/model"));
        Assert.Equal([1, 2], fixture.Time.Waits.Select(w => (int)w.TotalSeconds));
        Assert.Equal(folder, await client.DownloadSnapshotAsync("me/model"));
        var missing = await Assert.ThrowsAsync<LocalEntryNotFoundException>(() => client.DownloadSnapshotAsync("me/other"));
        Assert.Equal(2, missing.Message.Split("(request id fake-request)").Length); // told once, though one error is in the other
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnErrorAnswer_WhoseTextIsLost_IsToldByItsStatus(bool stalls)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Both(stalls ? Fault.StallBody(_ => true, 1, 5) : Fault.DropBody(_ => true, 1, 5), Fault.Answer(_ => true, 1, "{\"error\":\"Repository not found\"}", 404, ("X-Error-Code", "RepoNotFound"))));

        var error = await Assert.ThrowsAsync<RepositoryNotFoundException>(() => fixture.Client(o => o.ReadTimeout = Soon).GetInfoAsync("me/nothing"));

        Assert.Equal((HttpStatusCode.NotFound, "fake-request"), (error.StatusCode, error.RequestId));
        Assert.Single(fixture.Hub.Requests);
    }

    [Fact]
    public async Task AnAnswer_ThatStandsStill_EndsWithTheCaller()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        fixture.Hub.Faults.Add(Fault.StallBody(_ => true, 1, 10));
        using var source = new CancellationTokenSource(Soon);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Client().GetInfoAsync("me/model", cancellation: source.Token));
    }

    [Fact]
    public async Task AnAnswer_ThatTrickles_EndsAsAWhole()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Add("me/model");
        fixture.Hub.Faults.Add(new(_ => true, 1, async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.WriteAsync(" ");
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        }));

        Assert.Equal("me/model", (await fixture.Client(o => o.WriteTimeout = Soon).GetInfoAsync("me/model")).Id);

        Assert.Equal(2, fixture.Hub.Requests.Count);
    }

    [Fact]
    public async Task AnAnswer_WithoutEnd_IsRefused()
    {
        await using var fixture = await HubFixture.StartAsync();
        var piece = new byte[1 << 20];
        fixture.Hub.Faults.Add(new(_ => true, 1, async (context, _) =>
        {
            context.Response.Headers["X-Request-Id"] = "fake-request";
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }));

        var error = await Assert.ThrowsAsync<HubException>(() => fixture.Client().GetInfoAsync("me/model"));

        Assert.Contains($"more than {HubHttp.LargestAnswer} bytes", error.Message, StringComparison.Ordinal);
        Assert.Equal("fake-request", error.RequestId);
        Assert.Single(fixture.Hub.Requests);
    }

    [Theory]
    [InlineData("{\"id\":\"\\ud800\"}", "not Unicode")]
    [InlineData("{\"id\":\"a\",\"\\udc00\":1}", "not Unicode")]
    [InlineData("{\"id\":\"a\",\"tags\":[{\"x\":[\"\\ud800x\"]}]}", "not Unicode")]
    [InlineData("{\"private\":true}", "has no 'modelId'")]
    [InlineData("[7]", "has no 'modelId'")]
    [InlineData("", "not JSON")]
    [InlineData("<html>", "not JSON")]
    [InlineData("{\"id\":", "not JSON")]
    public async Task AnAnswer_ThatCannotBeUsed_IsATypedError(string text, string expected)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, 1, text));

        var error = await Assert.ThrowsAsync<HubException>(() => fixture.Client().GetInfoAsync("me/model"));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "fake-request"), (error.StatusCode, error.RequestId));
        Assert.Single(fixture.Hub.Requests);
    }

    [Fact]
    public async Task AnAnswer_WithAByteOrderMark_IsRead()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, 1, "\uFEFF{\"id\":\"me/model\"}"));

        Assert.Equal("me/model", (await fixture.Client().GetInfoAsync("me/model")).Id);
    }

    [Fact]
    public async Task AnErrorAnswer_WhoseTextIsNotUnicode_IsToldByItsStatus()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, 1, "{\"error\":\"\\ud800\"}", 404));

        await Assert.ThrowsAsync<EntryNotFoundException>(() => fixture.Client().GetInfoAsync("me/model"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"a\"")]
    public async Task AnAnswer_ThatShouldBeAList_SaysSo(string text)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, 2, text));

        var paths = await Assert.ThrowsAsync<HubException>(() => fixture.Client().GetPathsAsync("me/model", ["a"]));
        var tree = await Assert.ThrowsAsync<HubException>(() => fixture.Client().ListTreeAsync("me/model").ToListAsync().AsTask());

        Assert.All(new[] { paths, tree }, error => Assert.Contains("expected a list", error.Message, StringComparison.Ordinal));
        Assert.All(new[] { paths, tree }, error => Assert.Equal("fake-request", error.RequestId));
    }

    [Theory]
    [InlineData("http://[bad", "not an address")]
    [InlineData("http://elsewhere.example/api/models?cursor=1", "another host")]
    [InlineData("/api/models?cursor=a", "no end")]
    [InlineData("", "no end")]
    public async Task AList_ThatGoesOnWhereItCannot_IsATypedError(string next, string expected)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, 3, "[]", 200, ("Link", $"<{next}>; rel=\"next\"")));

        var error = await Assert.ThrowsAsync<HubException>(() => fixture.Client().ListModelsAsync().ToListAsync().AsTask());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal("fake-request", error.RequestId);
    }

    [Fact]
    public async Task AList_WhosePagesLeadToEachOther_Ends()
    {
        await using var fixture = await HubFixture.StartAsync();
        var pages = 0;
        fixture.Hub.Faults.Add(new(_ => true, 1000, async (context, _) =>
        {
            context.Response.Headers.Link = $"</api/models?cursor={(Interlocked.Increment(ref pages) % 3) + 1}>; rel=\"next\"";
            await context.Response.WriteAsync("[]");
        }));

        var error = await Assert.ThrowsAsync<HubException>(() => fixture.Client().ListModelsAsync().ToListAsync().AsTask());

        Assert.Contains("no end", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, fixture.Hub.Requests.Count);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[[]]")]
    [InlineData("[{\"path\":7,\"id\":{},\"size\":-1e99}]")]
    [InlineData("{\"branches\":[7],\"files\":[null],\"objects\":[[]],\"orgs\":[7],\"name\":\"x\",\"auth\":7,\"siblings\":[\"a\"],\"cardData\":[],\"id\":\"a\",\"sha\":\"../x\"}")]
    [InlineData("{\"files\":[{\"path\":\"b.safetensors\",\"uploadMode\":\"lfs\"}],\"objects\":[{\"oid\":{},\"actions\":{\"upload\":7}}],\"id\":\"a\",\"sha\":\"\",\"siblings\":[{\"rfilename\":\"x\",\"lfs\":3}]}")]
    public async Task Nonsense_AsEveryAnswer_GivesTypedErrorsOnly(string text)
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, int.MaxValue, text));
        using var client = fixture.Client(o => o.MaxRetries = 0, withToken: true);
        RepositoryId id = "me/model";
        Func<Task>[] calls =
        [
            () => client.GetInfoAsync(id, files: true), () => client.ListTreeAsync(id).ToListAsync().AsTask(), () => client.GetPathsAsync(id, ["a"]), () => client.GetReferencesAsync(id),
            () => client.ListCommitsAsync(id).ToListAsync().AsTask(), () => client.ListModelsAsync().ToListAsync().AsTask(), () => client.WhoAmIAsync(), () => client.CheckAccessAsync(id), () => client.FileExistsAsync(id, "a"),
            () => client.DownloadFileAsync(id, "a"), () => client.DownloadSnapshotAsync(id), () => client.CreateRepositoryAsync(id), () => client.CreateBranchAsync(id, "b"), () => client.CreatePullRequestAsync(id, "t"),
            () => client.ValidateCardAsync("---\n---\n"), () => client.CommitAsync(id, [CommitOperation.Add("b.safetensors", new byte[3000])]), () => client.CommitAsync(id, [CommitOperation.Add("b.txt", new byte[3])], new() { CreatePullRequest = true }),
        ];
        foreach (var call in calls)
        {
            if (await Record.ExceptionAsync(call) is { } error)
            {
                Assert.IsAssignableFrom<HubException>(error);
            }
        }
        Assert.True(fixture.Hub.Requests.Count >= calls.Length);
    }

    [Fact]
    public async Task ARedirect_ToWhatIsNoAddress_IsATypedError()
    {
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.Faults.Add(Fault.Answer(_ => true, 1, "", 302, ("Location", "http://user:secret@[bad/")));

        var error = await Assert.ThrowsAsync<HubException>(() => fixture.Client(o => o.MaxRetries = 0).GetInfoAsync("me/model"));

        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
