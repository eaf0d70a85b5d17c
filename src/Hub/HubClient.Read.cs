using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;
using LoraDiff.Hub.Publishing;

namespace LoraDiff.Hub;

public sealed partial class HubClient
{
    private const int PathsPerRequest = 500;
    private Task<HubUser>? _user;

    /// <summary>What the Hub says of a repository at a revision.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">Branch, tag, commit or <c>refs/pr/N</c>; null for <c>main</c>.</param>
    /// <param name="files">Whether to list its files with size and hashes.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>The repository's description.</returns>
    /// <exception cref="HubException">The repository or revision does not exist, or the Hub cannot be asked.</exception>
    public async Task<RepositoryInfo> GetInfoAsync(RepositoryId repository, string? revision = null, bool files = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var subject = new RequestSubject(repository, revision);
        var body = await GetJsonAsync($"{repository.ApiPath}{(revision is null ? "" : $"/revision/{Quote(revision)}")}{(files ? "?blobs=true" : "")}", subject, cancellation).ConfigureAwait(false);
        return Info(body, subject);
    }

    /// <summary>Whether a repository exists and the token may see it.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>True when it is there.</returns>
    public async Task<bool> ExistsAsync(RepositoryId repository, CancellationToken cancellation = default)
    {
        try
        {
            await GetInfoAsync(repository, cancellation: cancellation).ConfigureAwait(false);
            return true;
        }
        catch (GatedRepositoryException)
        {
            return true;
        }
        catch (RepositoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Whether a revision holds a file.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="path">The file's path.</param>
    /// <param name="revision">The revision; null for <c>main</c>.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>True when it is there; false when the repository, the revision or the file is not.</returns>
    public async Task<bool> FileExistsAsync(RepositoryId repository, string path, string? revision = null, CancellationToken cancellation = default)
    {
        try
        {
            await GetMetadataAsync(repository, path, revision ?? "main", cancellation).ConfigureAwait(false);
            return true;
        }
        catch (HubException exception) when (exception is EntryNotFoundException or RevisionNotFoundException or RepositoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>The files and folders of a revision, page after page.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">The revision; null for <c>main</c>.</param>
    /// <param name="folder">Only what lies in this folder; null for the whole.</param>
    /// <param name="recursive">Whether folders are entered.</param>
    /// <param name="cancellation">Stops the requests.</param>
    /// <returns>The entries as they arrive.</returns>
    public async IAsyncEnumerable<RepositoryEntry> ListTreeAsync(RepositoryId repository, string? revision = null, string? folder = null, bool recursive = true, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var below = string.IsNullOrEmpty(folder) ? "" : "/" + QuotePath(folder);
        var subject = new RequestSubject(repository, revision ?? "main", folder);
        await foreach (var item in PagesAsync($"{repository.ApiPath}/tree/{Quote(revision ?? "main")}{below}?recursive={(recursive ? "true" : "false")}&expand=false", subject, cancellation).ConfigureAwait(false))
        {
            yield return Entry(item, subject);
        }
    }

    /// <summary>Size and hashes of named files and folders; those that do not exist are left out.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="paths">Their paths, any number.</param>
    /// <param name="revision">The revision; null for <c>main</c>.</param>
    /// <param name="cancellation">Stops the requests.</param>
    /// <returns>What was found.</returns>
    public async Task<IReadOnlyList<RepositoryEntry>> GetPathsAsync(RepositoryId repository, IReadOnlyList<string> paths, string? revision = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentNullException.ThrowIfNull(paths);
        var subject = new RequestSubject(repository, revision ?? "main");
        List<RepositoryEntry> found = [];
        foreach (var part in paths.Chunk(PathsPerRequest))
        {
            var asked = JsonBody(writer =>
            {
                writer.WriteStartArray("paths");
                foreach (var path in part)
                {
                    writer.WriteStringValue(path);
                }
                writer.WriteEndArray();
                writer.WriteBoolean("expand", false);
            });
            using var response = await _http.SendAsync(new(HttpMethod.Post, _http.At($"{repository.ApiPath}/paths-info/{Quote(revision ?? "main")}")) { Subject = subject, Content = asked }, cancellation).ConfigureAwait(false);
            var body = await HubJson.ReadListAsync(response, subject, cancellation).ConfigureAwait(false);
            found.AddRange(body.EnumerateArray().Select(item => Entry(item, subject)));
        }
        return found;
    }

    /// <summary>The branches, tags and pull requests of a repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>Its named revisions.</returns>
    public async Task<RepositoryReferences> GetReferencesAsync(RepositoryId repository, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var subject = new RequestSubject(repository);
        var body = await GetJsonAsync($"{repository.ApiPath}/refs?include_prs=1", subject, cancellation).ConfigureAwait(false);
        IReadOnlyList<GitReference> List(string name) => [.. HubJson.Items(body, name).Select(r => new GitReference(HubJson.Required(r, "name", subject), HubJson.Required(r, "ref", subject), HubJson.Required(r, "targetCommit", subject)))];
        return new(List("branches"), List("tags"), List("pullRequests"));
    }

    /// <summary>The history of a revision, newest first, page after page.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">The revision; null for <c>main</c>.</param>
    /// <param name="cancellation">Stops the requests.</param>
    /// <returns>The commits as they arrive.</returns>
    public async IAsyncEnumerable<RepositoryCommit> ListCommitsAsync(RepositoryId repository, string? revision = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        var subject = new RequestSubject(repository, revision ?? "main");
        await foreach (var item in PagesAsync($"{repository.ApiPath}/commits/{Quote(revision ?? "main")}", subject, cancellation).ConfigureAwait(false))
        {
            yield return new(HubJson.Required(item, "id", subject), HubJson.Text(item, "title") ?? "", HubJson.Text(item, "message") ?? "", HubJson.Date(item, "date"),
                [.. HubJson.Items(item, "authors").Select(a => HubJson.Text(a, "user")).OfType<string>()]);
        }
    }

    /// <summary>Models by name, owner or tag, page after page.</summary>
    /// <param name="query">Which; null for all.</param>
    /// <param name="cancellation">Stops the requests.</param>
    /// <returns>The models as they arrive.</returns>
    public async IAsyncEnumerable<RepositoryInfo> ListModelsAsync(ModelQuery? query = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        query ??= new();
        if (query.Limit is 0)
        {
            yield break;
        }
        List<string> parts = [];
        void Add(string name, string? value)
        {
            if (value is not null)
            {
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }
        Add("search", query.Search);
        Add("author", query.Author);
        foreach (var tag in query.Tags)
        {
            Add("filter", tag);
        }
        Add("sort", query.Sort);
        Add("direction", query.Sort is null ? null : "-1");
        Add("limit", query.Limit is < 1000 and var limit ? limit.ToString(CultureInfo.InvariantCulture) : null);
        var left = query.Limit ?? int.MaxValue;
        var subject = new RequestSubject();
        await foreach (var item in PagesAsync($"/api/models{(parts.Count == 0 ? "" : "?" + string.Join('&', parts))}", subject, cancellation).ConfigureAwait(false))
        {
            yield return Info(item, subject);
            if (--left == 0)
            {
                yield break;
            }
        }
    }

    /// <summary>The account of the token. Asked once in the client's life: the Hub limits this question strictly.</summary>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>The account.</returns>
    /// <exception cref="HubUnauthorizedException">There is no token, or it is not valid.</exception>
    public async Task<HubUser> WhoAmIAsync(CancellationToken cancellation = default)
    {
        if (_options.Token is null)
        {
            throw new HubUnauthorizedException("There is no token to ask about: set HF_TOKEN, or log in with `hf auth login`.");
        }
        if (_user is { IsCompletedSuccessfully: true } known)
        {
            return await known.ConfigureAwait(false);
        }
        var asked = AskUserAsync(cancellation);
        var user = await asked.ConfigureAwait(false);
        _user = asked;
        return user;
    }

    /// <summary>Throws unless the token may read, or write, a repository.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="write">Whether writing is asked about.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <returns>A task that ends when the Hub has agreed.</returns>
    /// <exception cref="HubException">It may not; the exception's type says why.</exception>
    public async Task CheckAccessAsync(RepositoryId repository, bool write = false, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        using var response = await _http.SendAsync(new(HttpMethod.Get, _http.At($"{repository.ApiPath}/auth-check{(write ? "/write" : "")}")) { Subject = new(repository) }, cancellation).ConfigureAwait(false);
    }

    private async Task<HubUser> AskUserAsync(CancellationToken cancellation)
    {
        var subject = new RequestSubject();
        var body = await GetJsonAsync("/api/whoami-v2", subject, cancellation).ConfigureAwait(false);
        return new(HubJson.Required(body, "name", subject), HubJson.Text(body, "fullname"), [.. HubJson.Items(body, "orgs").Select(o => HubJson.Text(o, "name")).OfType<string>()],
            HubJson.Member(body, "auth") is { } auth && HubJson.Member(auth, "accessToken") is { } token ? HubJson.Text(token, "role") : null);
    }

    internal async Task<JsonElement> GetJsonAsync(string pathAndQuery, RequestSubject subject, CancellationToken cancellation)
    {
        using var response = await _http.SendAsync(new(HttpMethod.Get, _http.At(pathAndQuery)) { Subject = subject }, cancellation).ConfigureAwait(false);
        return await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false);
    }

    internal static Func<HttpContent> JsonBody(Action<Utf8JsonWriter> members, string mediaType = "application/json")
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        var bytes = buffer.WrittenMemory;
        return () => new ReadOnlyMemoryContent(bytes) { Headers = { ContentType = new(mediaType) } };
    }

    // Pages linked by Link: <…>; rel="next", which must stay at the Hub and lead on.
    private async IAsyncEnumerable<JsonElement> PagesAsync(string pathAndQuery, RequestSubject subject, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var address = _http.At(pathAndQuery);
        HashSet<Uri> seen = [address];
        while (address is not null)
        {
            JsonElement page;
            Uri? next = null;
            using (var response = await _http.SendAsync(new(HttpMethod.Get, address) { Subject = subject }, cancellation).ConfigureAwait(false))
            {
                page = await HubJson.ReadListAsync(response, subject, cancellation).ConfigureAwait(false);
                next = NextPage(response, address, subject);
                if (next is not null && !HubHttp.SameOrigin(next, _options.Endpoint))
                {
                    throw JsonAnswer.Unusable(response, subject, $"the list goes on at another host ({HubText.Printable(next.Host)}), expected {_options.Endpoint.Host}");
                }
                if (next is not null && !seen.Add(next))
                {
                    throw JsonAnswer.Unusable(response, subject, "the list goes on with a page that it has had, so it has no end");
                }
            }
            foreach (var item in page.EnumerateArray())
            {
                yield return item;
            }
            address = next;
        }
    }

    internal static Uri? NextPage(HttpResponseMessage response, Uri current, RequestSubject subject)
    {
        foreach (var link in (RetryDelay.Header(response, "Link") ?? "").Split(", <"))
        {
            var end = link.IndexOf('>', StringComparison.Ordinal);
            if (end > 0 && link[end..].Contains("rel=\"next\"", StringComparison.OrdinalIgnoreCase))
            {
                var text = link[..end].TrimStart('<', ' ');
                return Uri.TryCreate(current, text, out var next) ? next
                    : throw JsonAnswer.Unusable(response, subject, $"the list goes on at '{HubText.Printable(text.Split('?')[0])}', which is not an address");
            }
        }
        return null;
    }

    internal static string Quote(string revision) => Uri.EscapeDataString(revision);

    internal static string QuotePath(string path) => string.Join('/', path.Split('/').Select(Uri.EscapeDataString));

    private static RepositoryInfo Info(JsonElement body, RequestSubject subject) => new()
    {
        Id = HubJson.Text(body, "id") ?? HubJson.Required(body, "modelId", subject),
        Commit = HubJson.Text(body, "sha"),
        IsPrivate = HubJson.Flag(body, "private"),
        Gated = HubJson.Text(body, "gated"),
        IsDisabled = HubJson.Flag(body, "disabled"),
        Tags = HubJson.Texts(body, "tags"),
        LibraryName = HubJson.Text(body, "library_name"),
        PipelineTag = HubJson.Text(body, "pipeline_tag"),
        License = HubJson.Member(body, "cardData") is { } card ? HubJson.Text(card, "license") : null,
        Downloads = HubJson.Number(body, "downloads"),
        Likes = HubJson.Number(body, "likes"),
        LastModified = HubJson.Date(body, "lastModified"),
        Files = [.. HubJson.Items(body, "siblings").Select(s => new RepositoryEntry(HubJson.Required(s, "rfilename", subject), false, HubJson.Number(s, "size"), HubJson.Text(s, "blobId"), LfsHash(s)))],
    };

    private static RepositoryEntry Entry(JsonElement item, RequestSubject subject) =>
        new(HubJson.Required(item, "path", subject), HubJson.Text(item, "type") == "directory", HubJson.Number(item, "size"), HubJson.Text(item, "oid"), LfsHash(item)) { XetHash = HubJson.Text(item, "xetHash") };

    // The tree calls it oid, a repository's description sha256.
    private static string? LfsHash(JsonElement item) => HubJson.Member(item, "lfs") is { } lfs ? HubJson.Text(lfs, "sha256") ?? HubJson.Text(lfs, "oid") : null;
}
