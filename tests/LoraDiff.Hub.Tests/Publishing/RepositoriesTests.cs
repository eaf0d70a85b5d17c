using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Tests.Fake;

namespace LoraDiff.Hub.Tests.Publishing;

public sealed class RepositoriesTests : IAsyncLifetime
{
    private static readonly RepositoryId Id = new("me/model");

    private HubFixture _fixture = null!;
    private HubClient _client = null!;

    private FakeHub Hub => _fixture.Hub;

    public async Task InitializeAsync()
    {
        _fixture = await HubFixture.StartAsync();
        _client = _fixture.Client(withToken: true);
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task Create_MakesAPrivateRepository_AndTellsAnExistingOneByExistOk()
    {
        await _client.CreateRepositoryAsync(Id, isPrivate: true);
        Assert.True(Hub.Find("me/model")!.IsPrivate);

        await Assert.ThrowsAsync<HubConflictException>(() => _client.CreateRepositoryAsync(Id));
        Assert.EndsWith("/me/model", (await _client.CreateRepositoryAsync(Id, existOk: true)).ToString(), StringComparison.Ordinal);
        await _client.CreateRepositoryAsync(new("data", RepositoryType.Dataset));
        Assert.NotNull(Hub.Find("tester/data", RepositoryType.Dataset));
    }

    [Fact]
    public async Task Create_WithATokenThatMayNotMakeOne_IsFineWhereItExists()
    {
        Hub.Faults.Add(Fault.Status(r => r.Path == "/api/repos/create", int.MaxValue, 403));
        await Assert.ThrowsAsync<HubUnauthorizedException>(() => _client.CreateRepositoryAsync(Id, existOk: true));

        Hub.Add("me/model");
        await _client.CreateRepositoryAsync(Id, existOk: true);
    }

    [Fact]
    public async Task Delete_TakesItAway()
    {
        Hub.Add("me/model");
        await _client.DeleteRepositoryAsync(Id);
        Assert.Null(Hub.Find("me/model"));

        await Assert.ThrowsAsync<RepositoryNotFoundException>(() => _client.DeleteRepositoryAsync(Id));
        await _client.DeleteRepositoryAsync(Id, missingOk: true);
    }

    [Fact]
    public async Task BranchesAndTags_AreMadeAndDeleted()
    {
        var repository = Hub.Add("me/model");
        await _client.CreateBranchAsync(Id, "feature/x");
        await Assert.ThrowsAsync<HubConflictException>(() => _client.CreateBranchAsync(Id, "feature/x"));
        await _client.CreateBranchAsync(Id, "feature/x", existOk: true);
        await _client.CreateTagAsync(Id, "v1", "feature/x", "first");
        Assert.Equal(repository.Head.Id, repository.Tags["v1"]);
        await _client.CreateBranchAsync(Id, "from-tag", startingPoint: "v1");
        await _client.DeleteTagAsync(Id, "v1");
        await _client.DeleteBranchAsync(Id, "feature/x");

        Assert.Equal(["from-tag", "main"], repository.Branches.Keys);
        Assert.Empty(repository.Tags);
    }

    [Fact]
    public async Task PullRequest_IsOpenedOnce()
    {
        var repository = Hub.Add("me/model");
        Assert.Equal("refs/pr/1", await _client.CreatePullRequestAsync(Id, "an idea"));
        Assert.Equal(["refs/pr/1"], repository.PullRequests.Keys);
    }
}
