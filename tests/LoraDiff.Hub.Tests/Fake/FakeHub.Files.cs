using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Fake;

// resolve, the relative redirect of regular files, and the store's side of downloads.
public sealed partial class FakeHub
{
    private async Task FilesAsync(HttpContext context, string[] parts)
    {
        var type = parts.Length > 0 && TypeOf(parts[0]) is { } prefixed ? prefixed : RepositoryType.Model;
        if (type != RepositoryType.Model)
        {
            parts = parts[1..];
        }
        if (parts.Length >= 2 && parts[1].EndsWith(".git", StringComparison.Ordinal) && parts[^1] == "batch")
        {
            await LfsBatchAsync(context, Find($"{parts[0]}/{parts[1][..^4]}", type));
            return;
        }
        var (repository, name, rest) = Locate(type, parts, verb => verb is "resolve" or "raw");
        if (repository is null && _renamed.TryGetValue(name, out var now))
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = $"/{now}/{string.Join('/', rest.Select(Uri.EscapeDataString))}{context.Request.QueryString}";
            return;
        }
        if (await RefusedAsync(context, repository, content: true))
        {
            return;
        }
        if (rest is not [("resolve" or "raw") and var verb, var revision, .. var file])
        {
            await ErrorAsync(context, 404, null, "not found");
            return;
        }
        if (await FileOfAsync(context, repository!, revision, string.Join('/', file)) is not var (commit, found))
        {
            return;
        }
        context.Response.Headers["X-Repo-Commit"] = commit.Id;
        if (verb == "raw")
        {
            // What git holds: of a large file, the pointer.
            var pointer = string.Create(CultureInfo.InvariantCulture, $"version https://git-lfs.github.com/spec/v1\noid sha256:{found.Sha256}\nsize {found.Size}\n");
            await ContentAsync(context, found.IsLfs ? new(System.Text.Encoding.UTF8.GetBytes(pointer), false) : found, found.BlobSha1);
            return;
        }
        if (found.IsLfs)
        {
            context.Response.StatusCode = 302;
            context.Response.Headers["X-Linked-Size"] = found.Size.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["X-Linked-Etag"] = $"\"{found.Sha256}\"";
            context.Response.Headers.Location = $"{StoreAddress}get/{type}/{repository!.Name}/{commit.Id}/{string.Join('/', file.Select(Uri.EscapeDataString))}?X-Amz-Signature=secret";
            return;
        }
        if (RedirectRegularFiles)
        {
            context.Response.StatusCode = 307;
            context.Response.Headers["X-Linked-Size"] = found.Size.ToString(CultureInfo.InvariantCulture);
            context.Response.Headers["X-Linked-Etag"] = $"\"{found.BlobSha1}\"";
            context.Response.Headers.Location = $"/api/resolve-cache/{(type == RepositoryType.Model ? "models" : "datasets")}/{repository!.Name}/{commit.Id}/{Uri.EscapeDataString(string.Join('/', file))}";
            return;
        }
        await ContentAsync(context, found, found.BlobSha1);
    }

    private async Task ResolveCacheAsync(HttpContext context, string[] parts)
    {
        if (parts is [var plural, var owner, var name, var commit, var path] && TypeOf(plural) is { } type && Find($"{owner}/{name}", type) is { } repository)
        {
            if (await RefusedAsync(context, repository, content: true) || await FileOfAsync(context, repository, commit, path) is not var (_, file))
            {
                return;
            }
            context.Response.Headers["X-Repo-Commit"] = commit;
            await ContentAsync(context, file, file.BlobSha1);
            return;
        }
        await ErrorAsync(context, 404, null, "not found");
    }

    private static async Task<(FakeCommit Commit, FakeFile File)?> FileOfAsync(HttpContext context, FakeRepository repository, string revision, string path)
    {
        if (repository.Find(revision) is not { } commit)
        {
            await ErrorAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
            return null;
        }
        if (commit.Files.GetValueOrDefault(path) is not { } file)
        {
            context.Response.Headers["X-Repo-Commit"] = commit.Id;
            await ErrorAsync(context, 404, "EntryNotFound", "Entry not found");
            return null;
        }
        return (commit, file);
    }

    private async Task StoreAsync(HttpContext context, string target)
    {
        var parts = target.Split('?')[0].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        if (parts is ["get", var type, var owner, var name, var commit, .. var path] && Find($"{owner}/{name}", Enum.Parse<RepositoryType>(type))?.Find(commit)?.Files.GetValueOrDefault(string.Join('/', path)) is { } file)
        {
            await ContentAsync(context, file, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
            return;
        }
        await StoreUploadAsync(context, parts);
    }

    // Bytes with Range support.
    private static async Task ContentAsync(HttpContext context, FakeFile file, string etag)
    {
        long from = 0;
        var to = file.Size - 1;
        if (context.Request.Headers.Range.ToString() is { Length: > 0 } range)
        {
            var bounds = range["bytes=".Length..].Split('-');
            from = long.Parse(bounds[0], CultureInfo.InvariantCulture);
            to = bounds[1].Length > 0 ? Math.Min(to, long.Parse(bounds[1], CultureInfo.InvariantCulture)) : to;
            if (from >= file.Size)
            {
                context.Response.Headers.ContentRange = $"bytes */{file.Size}";
                context.Response.StatusCode = 416;
                return;
            }
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{file.Size}";
        }
        context.Response.Headers.ETag = $"\"{etag}\"";
        context.Response.Headers.AcceptRanges = "bytes";
        context.Response.ContentLength = to - from + 1;
        context.Response.ContentType = "application/octet-stream";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }
        using var stream = file.Open();
        stream.Position = from;
        var buffer = new byte[1 << 18];
        for (var left = to - from + 1; left > 0;)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)));
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count));
            left -= count;
        }
    }

    private static JsonObject Entry(string path, FakeFile file, FakeCommit? lastCommit)
    {
        var entry = new JsonObject { ["type"] = "file", ["oid"] = file.BlobSha1, ["size"] = file.Size, ["path"] = path };
        if (file.IsLfs)
        {
            entry["lfs"] = new JsonObject { ["oid"] = file.Sha256, ["size"] = file.Size, ["pointerSize"] = 134 };
        }
        if (lastCommit is not null)
        {
            entry["lastCommit"] = new JsonObject { ["id"] = lastCommit.Id, ["title"] = lastCommit.Title, ["date"] = "2026-01-01T00:00:00.000Z" };
        }
        return entry;
    }
}
