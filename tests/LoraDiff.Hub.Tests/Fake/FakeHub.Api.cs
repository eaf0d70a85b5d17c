using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Fake;

// /api/…: what is read.
public sealed partial class FakeHub
{
    private static readonly HashSet<string> Verbs = ["revision", "tree", "paths-info", "refs", "commits", "auth-check", "preupload", "commit", "branch", "tag", "discussions", "settings", "xet-read-token", "xet-write-token"];

    private async Task ApiAsync(HttpContext context, string[] parts)
    {
        switch (parts)
        {
            case ["resolve-cache", .. var cached]:
                await ResolveCacheAsync(context, cached);
                return;
            case ["whoami-v2"]:
                await (IsAuthorized(context)
                    ? JsonAsync(context, new JsonObject { ["type"] = "user", ["name"] = "tester", ["fullname"] = "A Tester", ["email"] = "t@example.org", ["orgs"] = new JsonArray(new JsonObject { ["name"] = "acme" }), ["auth"] = new JsonObject { ["accessToken"] = new JsonObject { ["displayName"] = "test", ["role"] = "write" } } })
                    : ErrorAsync(context, 401, null, "Invalid credentials in Authorization header"));
                return;
            case [var plural] when TypeOf(plural) is { } listed && HttpMethods.IsGet(context.Request.Method):
                await ListAsync(context, listed);
                return;
            case [var plural, .. var rest] when TypeOf(plural) is { } type:
                var (repository, name, verb) = Locate(type, rest, Verbs.Contains);
                if (repository is null && _renamed.TryGetValue(name, out var now))
                {
                    context.Response.StatusCode = 307;
                    context.Response.Headers.Location = $"/api/{plural}/{now}{string.Concat(verb.Select(v => "/" + Uri.EscapeDataString(v)))}{context.Request.QueryString}";
                    return;
                }
                if (await RefusedAsync(context, repository, content: false))
                {
                    return;
                }
                await RepositoryAsync(context, repository!, verb);
                return;
            default:
                await WriteAsync(context, parts);
                return;
        }
    }

    private async Task RepositoryAsync(HttpContext context, FakeRepository repository, string[] verb)
    {
        var query = context.Request.Query;
        switch (verb)
        {
            case [] when HttpMethods.IsGet(context.Request.Method):
                await InfoAsync(context, repository, "main");
                return;
            case ["revision", var revision]:
                await InfoAsync(context, repository, revision);
                return;
            case ["tree", var revision, .. var folder]:
                await TreeAsync(context, repository, revision, string.Join('/', folder), query["recursive"] == "true" || query["recursive"] == "True", query["expand"] == "true" || query["expand"] == "True");
                return;
            case ["paths-info", var revision]:
                await PathsInfoAsync(context, repository, revision);
                return;
            case ["refs"]:
                await JsonAsync(context, new JsonObject
                {
                    ["branches"] = Refs("refs/heads/", repository.Branches),
                    ["converts"] = new JsonArray(),
                    ["tags"] = Refs("refs/tags/", repository.Tags),
                    ["pullRequests"] = query["include_prs"] == "1" ? Refs("", repository.PullRequests) : new JsonArray(),
                });
                return;
            case ["commits", var revision]:
                await PagedAsync(context, [.. repository.History(revision).Select(c => (JsonNode)new JsonObject { ["id"] = c.Id, ["title"] = c.Title, ["message"] = c.Description, ["authors"] = new JsonArray(new JsonObject { ["user"] = "tester" }), ["date"] = "2026-01-01T00:00:00.000Z" })]);
                return;
            case ["auth-check", ..]:
                if (verb.Length > 1 && !IsAuthorized(context))
                {
                    await ErrorAsync(context, 403, null, "no write access");
                    return;
                }
                await JsonAsync(context, new JsonObject());
                return;
            default:
                await WriteAsync(context, repository, verb);
                return;
        }
    }

    private static JsonArray Refs(string prefix, IEnumerable<KeyValuePair<string, string>> refs) =>
        [.. refs.Select(r => new JsonObject { ["name"] = prefix.Length == 0 ? r.Key : r.Key, ["ref"] = prefix + r.Key, ["targetCommit"] = r.Value })];

    private static async Task InfoAsync(HttpContext context, FakeRepository repository, string revision)
    {
        if (repository.Find(revision) is not { } commit)
        {
            await ErrorAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
            return;
        }
        var blobs = context.Request.Query["blobs"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase);
        var siblings = new JsonArray([.. commit.Files.Select(f =>
        {
            var sibling = new JsonObject { ["rfilename"] = f.Key };
            if (blobs)
            {
                (sibling["size"], sibling["blobId"]) = (f.Value.Size, f.Value.BlobSha1);
                if (f.Value.IsLfs)
                {
                    sibling["lfs"] = new JsonObject { ["sha256"] = f.Value.Sha256, ["size"] = f.Value.Size, ["pointerSize"] = 134 };
                }
            }
            return (JsonNode)sibling;
        })]);
        await JsonAsync(context, new JsonObject
        {
            ["_id"] = "0", ["id"] = repository.Name, ["modelId"] = repository.Name, ["sha"] = commit.Id, ["private"] = repository.IsPrivate, ["gated"] = repository.IsGated ? "auto" : false, ["disabled"] = repository.IsDisabled,
            ["tags"] = new JsonArray("lora"), ["library_name"] = "peft", ["downloads"] = 0, ["likes"] = 0, ["siblings"] = siblings, ["cardData"] = new JsonObject { ["license"] = "mit" },
            ["createdAt"] = "2026-01-01T00:00:00.000Z", ["lastModified"] = "2026-01-01T00:00:00.000Z",
        });
    }

    private async Task TreeAsync(HttpContext context, FakeRepository repository, string revision, string folder, bool recursive, bool expand)
    {
        if (repository.Find(revision) is not { } commit)
        {
            await ErrorAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
            return;
        }
        context.Response.Headers["X-Repo-Commit"] = commit.Id;
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var below = commit.Files.Where(f => f.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        if (prefix.Length > 0 && below.Count == 0)
        {
            await ErrorAsync(context, 404, "EntryNotFound", $"{folder} does not exist");
            return;
        }
        List<JsonNode> entries = [];
        HashSet<string> folders = [];
        foreach (var (path, file) in below)
        {
            var rest = path[prefix.Length..].Split('/');
            for (var i = 1; i < rest.Length && (recursive || i == 1); i++)
            {
                var name = prefix + string.Join('/', rest[..i]);
                if (folders.Add(name))
                {
                    entries.Add(new JsonObject { ["type"] = "directory", ["oid"] = "0".PadLeft(40, '0'), ["size"] = 0, ["path"] = name });
                }
            }
            if (recursive || rest.Length == 1)
            {
                entries.Add(Entry(path, file, expand ? repository.LastChange(commit, path) : null));
            }
        }
        await PagedAsync(context, entries);
    }

    private static async Task PathsInfoAsync(HttpContext context, FakeRepository repository, string revision)
    {
        var body = await BodyAsync(context);
        var commit = repository.Find(revision);
        if (commit is null)
        {
            await ErrorAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
            return;
        }
        var expand = body["expand"]?.ToString() is "true" or "True";
        var paths = body["paths"] is JsonArray list ? list.Select(p => p!.GetValue<string>()) : [body["paths"]!.GetValue<string>()];
        await JsonAsync(context, new JsonArray([.. paths.Where(commit.Files.ContainsKey).Select(p => (JsonNode)Entry(p, commit.Files[p], expand ? repository.LastChange(commit, p) : null))]));
    }

    private async Task ListAsync(HttpContext context, RepositoryType type)
    {
        var query = context.Request.Query;
        var all = _repositories.Values.Where(r => r.Type == type && (!r.IsPrivate || IsAuthorized(context)))
            .Where(r => query["author"].ToString() is not { Length: > 0 } author || r.Name.StartsWith(author + "/", StringComparison.Ordinal))
            .Where(r => query["search"].ToString() is not { Length: > 0 } search || r.Name.Contains(search, StringComparison.OrdinalIgnoreCase))
            .OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => (JsonNode)new JsonObject { ["id"] = r.Name, ["modelId"] = r.Name, ["private"] = r.IsPrivate, ["tags"] = new JsonArray("lora"), ["downloads"] = 1, ["likes"] = 2 });
        await PagedAsync(context, [.. all]);
    }

    private async Task PagedAsync(HttpContext context, List<JsonNode> items)
    {
        var from = int.TryParse(context.Request.Query["cursor"], NumberStyles.None, CultureInfo.InvariantCulture, out var cursor) ? cursor : 0;
        var size = int.TryParse(context.Request.Query["limit"], NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? Math.Min(limit, PageSize) : PageSize;
        if (from + size < items.Count)
        {
            var query = context.Request.Query.Where(q => q.Key != "cursor").Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value.ToString())}").Append(string.Create(CultureInfo.InvariantCulture, $"cursor={from + size}"));
            context.Response.Headers.Link = $"<{Address.GetLeftPart(UriPartial.Authority)}{context.Request.Path}?{string.Join('&', query)}>; rel=\"next\"";
        }
        await JsonAsync(context, new JsonArray([.. items.Skip(from).Take(size)]));
    }

    private static async Task<JsonNode> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        if (context.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.Ordinal) ?? false)
        {
            // Python's client sends paths-info as a form.
            var form = new JsonObject { ["paths"] = new JsonArray() };
            foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=')))
            {
                var value = Uri.UnescapeDataString(pair[1].Replace('+', ' '));
                if (pair[0] == "paths")
                {
                    form["paths"]!.AsArray().Add(value);
                }
                else
                {
                    form[pair[0]] = value;
                }
            }
            return form;
        }
        return JsonNode.Parse(text)!;
    }
}
