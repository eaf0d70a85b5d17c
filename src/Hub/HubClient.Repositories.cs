using System.Text.Json.Nodes;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;
using LoraDiff.Hub.Publishing;

namespace LoraDiff.Hub;

// Repositories, branches, tags, pull requests.
public sealed partial class HubClient
{
    private const int Conflict = 409;

    /// <summary>Makes a repository.</summary>
    /// <param name="repository">Its name; without an owner it is the token's user's.</param>
    /// <param name="isPrivate">Whether only its owner sees it. Default false. Not changed where it exists.</param>
    /// <param name="existOk">Whether one that exists is fine. Default false.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>Its page.</returns>
    /// <exception cref="HubConflictException">It exists, and <paramref name="existOk"/> is false.</exception>
    /// <exception cref="HubUnauthorizedException">There is no token, or it may not do this.</exception>
    public async Task<Uri> CreateRepositoryAsync(RepositoryId repository, bool isPrivate = false, bool existOk = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var body = new JsonObject { ["name"] = repository.ShortName, ["type"] = repository.Type.ToString().ToLowerInvariant(), ["private"] = isPrivate };
        if (repository.Owner is { } owner)
        {
            body["organization"] = owner;
        }

        var subject = new RequestSubject(Path: $"the repository {repository}");
        for (var attempt = 0; ; attempt++)
        {
            using var response = await WriteAsync(HttpMethod.Post, "/api/repos/create", body, subject, existOk ? [Conflict, 401, 402, 403] : [Conflict], cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return Uri.TryCreate(HubJson.Text(await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false), "url"), UriKind.Absolute, out var url) ? url : _http.At(repository.FilePath);
            }

            var error = await HubErrors.FromAsync(response, subject, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode == Conflict && error.Message.Contains("another conflicting operation", StringComparison.OrdinalIgnoreCase) && attempt < _options.MaxRetries)
            {
                await Task.Delay(RetryDelay.After(attempt, response), _http.Time, cancellation).ConfigureAwait(false);
                continue;
            }

            // A token that may write to one repository need not be allowed to make one; then it matters only whether it is there.
            return existOk && ((int)response.StatusCode == Conflict || await ExistsAsync(repository, cancellation).ConfigureAwait(false)) ? _http.At(repository.FilePath) : throw error;
        }
    }

    /// <summary>Deletes a repository, with all that is in it. This cannot be taken back.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="missingOk">Whether none is fine. Default false.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="RepositoryNotFoundException">There is none, and <paramref name="missingOk"/> is false.</exception>
    public async Task DeleteRepositoryAsync(RepositoryId repository, bool missingOk = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var body = new JsonObject { ["name"] = repository.ShortName, ["type"] = repository.Type.ToString().ToLowerInvariant() };
        if (repository.Owner is { } owner)
        {
            body["organization"] = owner;
        }

        try
        {
            using var response = await WriteAsync(HttpMethod.Delete, "/api/repos/delete", body, new RequestSubject(repository), [], cancellation).ConfigureAwait(false);
        }
        catch (RepositoryNotFoundException) when (missingOk)
        {
            return;
        }
    }

    /// <summary>Makes a branch.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="branch">Its name.</param>
    /// <param name="startingPoint">Branch, tag or commit that it starts from; null for <c>main</c>.</param>
    /// <param name="existOk">Whether one that exists is fine. Default false.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="HubConflictException">It exists, and <paramref name="existOk"/> is false.</exception>
    public Task CreateBranchAsync(RepositoryId repository, string branch, string? startingPoint = null, bool existOk = false, CancellationToken cancellation = default)
        => ReferenceAsync(HttpMethod.Post, repository, "branch", branch, startingPoint is null ? [] : new JsonObject { ["startingPoint"] = startingPoint }, existOk, cancellation);

    /// <summary>Deletes a branch.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="branch">Its name.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="HubException">There is none, or it is <c>main</c>.</exception>
    public Task DeleteBranchAsync(RepositoryId repository, string branch, CancellationToken cancellation = default)
        => ReferenceAsync(HttpMethod.Delete, repository, "branch", branch, null, existOk: false, cancellation);

    /// <summary>Makes a tag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">Its name.</param>
    /// <param name="revision">What it names. Default <c>main</c>.</param>
    /// <param name="message">Its message, or null.</param>
    /// <param name="existOk">Whether one that exists is fine, whatever it names. Default false.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="HubConflictException">It exists, and <paramref name="existOk"/> is false.</exception>
    public Task CreateTagAsync(RepositoryId repository, string tag, string revision = "main", string? message = null, bool existOk = false, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        var body = new JsonObject { ["tag"] = tag };
        if (message is not null)
        {
            body["message"] = message;
        }

        return ReferenceAsync(HttpMethod.Post, repository, "tag", revision, body, existOk, cancellation);
    }

    /// <summary>Deletes a tag.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="tag">Its name.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <exception cref="HubException">There is none.</exception>
    public Task DeleteTagAsync(RepositoryId repository, string tag, CancellationToken cancellation = default)
        => ReferenceAsync(HttpMethod.Delete, repository, "tag", tag, null, existOk: false, cancellation);

    /// <summary>Opens an empty pull request, to which commits can be made by its reference. (<see cref="CommitOptions.CreatePullRequest"/> opens one with a commit in it.)</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="title">Its title.</param>
    /// <param name="description">What it is for, or null.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>Its reference, for example <c>refs/pr/1</c>.</returns>
    public async Task<string> CreatePullRequestAsync(RepositoryId repository, string title, string? description = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentException.ThrowIfNullOrEmpty(title);
        var subject = new RequestSubject(repository);
        // Not sent again after a lost answer: a second one would be opened.
        var request = new HubRequest(HttpMethod.Post, _http.At($"{repository.ApiPath}/discussions"))
        {
            Content = JsonAnswer.Content(new JsonObject { ["title"] = title, ["description"] = description ?? "", ["pullRequest"] = true }), Subject = subject, Retries = Retries.OnlyRefused,
        };
        using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        var answer = await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false);
        return HubJson.Member(answer, "num") is { ValueKind: System.Text.Json.JsonValueKind.Number } number && number.TryGetInt32(out var value) ? $"refs/pr/{value}" : throw JsonAnswer.Unusable(response, subject, "it has no 'num'");
    }

    private async Task ReferenceAsync(HttpMethod method, RepositoryId repository, string kind, string name, JsonObject? body, bool existOk, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentException.ThrowIfNullOrEmpty(name);
        using var response = await WriteAsync(method, $"{repository.ApiPath}/{kind}/{Uri.EscapeDataString(name)}", body, new RequestSubject(repository, name), existOk ? [Conflict] : [], cancellation).ConfigureAwait(false);
    }

    private Task<HttpResponseMessage> WriteAsync(HttpMethod method, string path, JsonNode? body, RequestSubject subject, int[] accepted, CancellationToken cancellation)
        => _http.SendAsync(new HubRequest(method, _http.At(path)) { Content = body is null ? null : JsonAnswer.Content(body), Subject = subject, Accepted = accepted, Timeout = _options.WriteTimeout }, cancellation);
}
