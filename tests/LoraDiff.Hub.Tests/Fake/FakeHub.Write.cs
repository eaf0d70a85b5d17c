using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Fake;

// What is written: repositories, branches, tags, pull requests, preupload, commits.
public sealed partial class FakeHub
{
    private const int LargestSample = 512;

    private readonly Lock _writing = new();

    /// <summary>Paths for which preupload answers that the repository's .gitignore leaves them out.</summary>
    public HashSet<string> IgnoredPaths { get; } = [];

    /// <summary>Bodies of the commits that arrived, whether or not they were made.</summary>
    public List<string> CommitBodies { get; } = [];

    private async Task WriteAsync(HttpContext context, string[] parts)
    {
        // The completion of an upload in parts has its right of access in its address, as the parts have: Python's client sends no token there.
        if (!IsAuthorized(context) && parts is not (["validate-yaml"] or ["lfs-complete", _]))
        {
            await ErrorAsync(context, 401, null, "Invalid username or password.");
            return;
        }
        switch (parts)
        {
            case ["validate-yaml"]:
                await ValidateAsync(context);
                return;
            case ["repos", "create"]:
                await CreateAsync(context, await BodyAsync(context));
                return;
            case ["repos", "delete"]:
                await DeleteAsync(context, await BodyAsync(context));
                return;
            case ["lfs-verify", var type, var owner, var name]:
                await VerifyAsync(context, Find($"{owner}/{name}", Enum.Parse<RepositoryType>(type)));
                return;
            case ["lfs-complete", var upload]:
                await CompleteAsync(context, upload);
                return;
            default:
                await ErrorAsync(context, 404, null, $"no such endpoint: {string.Join('/', parts)}");
                return;
        }
    }

    private async Task WriteAsync(HttpContext context, FakeRepository repository, string[] verb)
    {
        if (!IsAuthorized(context))
        {
            await ErrorAsync(context, 403, null, "you need write access");
            return;
        }
        var isDelete = HttpMethods.IsDelete(context.Request.Method);
        switch (verb)
        {
            case ["preupload", var revision]:
                await PreuploadAsync(context, repository, revision);
                return;
            case ["commit", var revision]:
                await CommitAsync(context, repository, revision);
                return;
            case ["branch", var branch] when isDelete:
                await ChangeAsync(context, repository, () => branch == "main" ? 403 : repository.Branches.Remove(branch) ? 200 : 404);
                return;
            case ["branch", var branch]:
                var start = context.Request.ContentLength > 0 ? (await BodyAsync(context))["startingPoint"]?.GetValue<string>() ?? "main" : "main";
                await ChangeAsync(context, repository, () => repository.Branches.ContainsKey(branch) ? 409 : repository.Find(start) is { } from && repository.Branches.TryAdd(branch, from.Id) ? 200 : 404);
                return;
            case ["tag", var tag] when isDelete:
                await ChangeAsync(context, repository, () => repository.Tags.Remove(tag) ? 200 : 404);
                return;
            case ["tag", var revision]:
                var name = (await BodyAsync(context))["tag"]!.GetValue<string>();
                await ChangeAsync(context, repository, () => repository.Tags.ContainsKey(name) ? 409 : repository.Find(revision) is { } of && repository.Tags.TryAdd(name, of.Id) ? 200 : 404);
                return;
            case ["discussions"]:
                string reference;
                lock (_writing)
                {
                    reference = NewPullRequest(repository, repository.Head.Id);
                }
                await JsonAsync(context, new JsonObject { ["num"] = int.Parse(reference.Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture), ["pullRequest"] = true });
                return;
            default:
                await ErrorAsync(context, 404, null, $"no such endpoint of {repository.Name}: {string.Join('/', verb)}");
                return;
        }
    }

    private async Task ChangeAsync(HttpContext context, FakeRepository repository, Func<int> change)
    {
        int status;
        lock (_writing)
        {
            status = change();
        }
        await (status == 200 ? JsonAsync(context, new JsonObject()) : ErrorAsync(context, status, status == 404 ? "RevisionNotFound" : null, $"{repository.Name}: {(status == 409 ? "exists already" : "cannot be done")}"));
    }

    private async Task CreateAsync(HttpContext context, JsonNode body)
    {
        var name = $"{body["organization"]?.GetValue<string>() ?? "tester"}/{body["name"]!.GetValue<string>()}";
        var type = Enum.Parse<RepositoryType>(body["type"]?.GetValue<string>() ?? "model", ignoreCase: true);
        bool isNew;
        lock (_writing)
        {
            isNew = Find(name, type) is null;
            if (isNew)
            {
                Add(name, type).IsPrivate = body["private"]?.GetValue<bool>() ?? body["visibility"]?.GetValue<string>() == "private";
            }
        }
        await (isNew ? JsonAsync(context, new JsonObject { ["url"] = $"{Address}{name}", ["name"] = name }) : JsonAsync(context, new JsonObject { ["error"] = "You already created this model repo", ["url"] = $"{Address}{name}" }, 409));
    }

    private async Task DeleteAsync(HttpContext context, JsonNode body)
    {
        var name = $"{body["organization"]?.GetValue<string>() ?? "tester"}/{body["name"]!.GetValue<string>()}";
        var type = Enum.Parse<RepositoryType>(body["type"]?.GetValue<string>() ?? "model", ignoreCase: true);
        await (_repositories.TryRemove((type, name), out _) ? JsonAsync(context, new JsonObject()) : ErrorAsync(context, 404, "RepoNotFound", "Repository not found"));
    }

    // The Hub knows much more of cards; what matters here is that its verdict is heard: errors come with status 400.
    private static async Task ValidateAsync(HttpContext context)
    {
        var content = (await BodyAsync(context))["content"]!.GetValue<string>();
        var errors = new JsonArray();
        if (content.Contains("base_model: /", StringComparison.Ordinal))
        {
            errors.Add(new JsonObject { ["message"] = "\"base_model\" with value \"/…\" is not valid. Use a model id from https://hf.co/models." });
        }
        var warnings = content.Contains("license:", StringComparison.Ordinal) ? new JsonArray() : new JsonArray(new JsonObject { ["message"] = "empty or missing yaml metadata in repo card" });
        await JsonAsync(context, new JsonObject { ["errors"] = errors, ["warnings"] = warnings }, errors.Count > 0 ? 400 : 200);
    }

    private async Task PreuploadAsync(HttpContext context, FakeRepository repository, string revision)
    {
        var files = (await BodyAsync(context))["files"]!.AsArray();
        if (repository.Find(revision) is not { } commit)
        {
            await ErrorAsync(context, 404, "RevisionNotFound", $"Invalid rev id: {revision}");
            return;
        }
        if (files.Count > 256)
        {
            await ErrorAsync(context, 400, null, $"{files.Count} files, at most 256 are taken");
            return;
        }
        var answer = new JsonArray();
        foreach (var file in files)
        {
            var (path, size) = (file!["path"]!.GetValue<string>(), file["size"]!.GetValue<long>());
            var sample = Convert.FromBase64String(file["sample"]!.GetValue<string>());
            if (sample.Length != Math.Min(size, LargestSample))
            {
                await ErrorAsync(context, 400, null, $"the sample of {path} has {sample.Length} bytes");
                return;
            }
            // As the Hub does, by name alone: a .safetensors of no bytes is called a large file.
            var told = new JsonObject { ["path"] = path, ["uploadMode"] = FakeRepository.IsLfs(path, Math.Max(size, 1)) ? "lfs" : "regular", ["shouldIgnore"] = IgnoredPaths.Contains(path) };
            if (commit.Files.GetValueOrDefault(path) is { } present)
            {
                told["oid"] = present.Etag;
            }
            answer.Add(told);
        }
        await JsonAsync(context, new JsonObject { ["files"] = answer, ["commitOid"] = commit.Id });
    }

    private static string NewPullRequest(FakeRepository repository, string commit)
    {
        var reference = $"refs/pr/{repository.PullRequests.Count + 1}";
        repository.PullRequests[reference] = commit;
        return reference;
    }

    private async Task CommitAsync(HttpContext context, FakeRepository repository, string revision)
    {
        using var reader = new StreamReader(context.Request.Body);
        var text = await reader.ReadToEndAsync();
        lock (CommitBodies)
        {
            CommitBodies.Add(text);
        }
        if (context.Request.ContentType != "application/x-ndjson")
        {
            await ErrorAsync(context, 400, null, $"content type {context.Request.ContentType}");
            return;
        }
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        var (status, said, answer) = (200, "", new JsonObject());
        lock (_writing)
        {
            (status, said) = Made(repository, revision, context.Request.Query["create_pr"] == "1", lines, answer);
        }
        await (status == 200 ? JsonAsync(context, answer) : ErrorAsync(context, status, status == 404 ? "RevisionNotFound" : null, said));
    }

    private (int Status, string Said) Made(FakeRepository repository, string revision, bool asPullRequest, List<JsonNode> lines, JsonObject answer)
    {
        if (lines is not [var first, .. var changes] || (string?)first["key"] != "header" || repository.Find(revision) is not { } head)
        {
            return (404, $"Invalid rev id: {revision}");
        }
        var header = first["value"]!;
        if ((string?)header["parentCommit"] is { } parent && parent != head.Id)
        {
            return (412, "A commit has happened since. Please refresh and try again.");
        }
        var missing = changes.Where(c => (string?)c["key"] == "lfsFile").Select(c => (string)c["value"]!["oid"]!).FirstOrDefault(oid => !HasObject(repository, oid));
        if (missing is not null)
        {
            return (400, $"LFS pointer to {missing}, which was not uploaded");
        }
        var absent = changes.Where(c => (string?)c["key"] == "deletedFile").Select(c => (string)c["value"]!["path"]!).FirstOrDefault(path => !head.Files.ContainsKey(path));
        if (absent is not null)
        {
            return (400, $"{absent} does not exist");
        }
        var reference = asPullRequest ? NewPullRequest(repository, head.Id) : revision;
        var commit = repository.Commit(reference, (string)header["summary"]!, (string?)header["description"] ?? "", files => Apply(repository, files, changes));
        answer["success"] = true;
        answer["commitOid"] = commit.Id;
        answer["commitUrl"] = $"{Address}{repository.Name}/commit/{commit.Id}";
        answer["pullRequestUrl"] = asPullRequest ? $"{Address}{repository.Name}/discussions/{reference.Split('/')[^1]}" : null;
        return (200, "");
    }

    private static void Apply(FakeRepository repository, SortedDictionary<string, FakeFile> files, List<JsonNode> changes)
    {
        foreach (var change in changes)
        {
            var value = change["value"]!;
            var path = (string)value["path"]!;
            switch ((string?)change["key"])
            {
                case "file":
                    files[path] = new FakeFile(Convert.FromBase64String((string)value["content"]!), lfs: false);
                    break;
                case "lfsFile":
                    lock (repository.LfsObjects)
                    {
                        files[path] = repository.LfsObjects[(string)value["oid"]!];
                    }
                    break;
                case "deletedFile":
                    files.Remove(path);
                    break;
                case "deletedFolder":
                    foreach (var below in files.Keys.Where(p => p.StartsWith(path, StringComparison.Ordinal)).ToList())
                    {
                        files.Remove(below);
                    }
                    break;
                case var key:
                    throw new InvalidOperationException($"unknown line {key}");
            }
        }
    }
}
