using System.Text.Json.Nodes;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub.Publishing;

/// <summary>Asks the Hub how each file is stored and whether it has it.</summary>
internal sealed class Preupload(HubHttp http, RepositoryId repository, int parallel)
{
    private const int BatchSize = 256;

    /// <summary>Fills in what the Hub says about each file.</summary>
    public async Task AskAsync(IReadOnlyList<PlannedFile> files, CommitOptions options, CancellationToken cancellation)
    {
        await Parallel.ForEachAsync(files.Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellation }, async (batch, token) =>
            await AskBatchAsync(batch, options, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Files that the repository does not have as they are, in order.</summary>
    public static async Task<IReadOnlyList<PlannedFile>> ChangedAsync(IEnumerable<PlannedFile> files, CancellationToken cancellation)
    {
        var changed = new List<PlannedFile>();
        foreach (var file in files.Where(f => !f.IsIgnored))
        {
            if (file.RemoteId is null || file.RemoteId != await file.IdAsync(cancellation).ConfigureAwait(false))
            {
                changed.Add(file);
            }
        }

        return changed;
    }

    private async Task AskBatchAsync(PlannedFile[] batch, CommitOptions options, CancellationToken cancellation)
    {
        var asked = new JsonObject
        {
            ["files"] = new JsonArray([.. batch.Select(file => (JsonNode)new JsonObject { ["path"] = file.Path, ["size"] = file.Source.Length, ["sample"] = Convert.ToBase64String(file.Source.Sample()) })]),
        };
        var subject = new RequestSubject(repository, options.Revision);
        var address = http.At($"{repository.ApiPath}/preupload/{Uri.EscapeDataString(options.Revision)}{(options.CreatePullRequest ? "?create_pr=1" : "")}");
        using var response = await http.SendAsync(new HubRequest(HttpMethod.Post, address) { Content = JsonAnswer.Content(asked), Subject = subject }, cancellation).ConfigureAwait(false);
        var byPath = batch.ToDictionary(file => file.Path, StringComparer.Ordinal);
        var left = batch.Select(file => file.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var told in HubJson.Items(await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false), "files"))
        {
            var path = HubJson.Required(told, "path", subject);
            if (!byPath.TryGetValue(path, out var file))
            {
                continue;
            }

            left.Remove(path);
            // An object of no bytes is refused by the store.
            file.IsLarge = file.Source.Length > 0 && HubJson.Required(told, "uploadMode", subject) switch
            {
                "lfs" => true,
                "regular" => false,
                var mode => throw JsonAnswer.Unusable(response, subject, $"uploadMode of {HubText.Printable(path)} is '{HubText.Printable(mode)}', expected lfs or regular"),
            };
            file.IsIgnored = told.TryGetProperty("shouldIgnore", out var ignored) && ignored.ValueKind == System.Text.Json.JsonValueKind.True;
            file.RemoteId = HubJson.Text(told, "oid");
        }

        if (left.Count > 0)
        {
            throw JsonAnswer.Unusable(response, subject, $"it says nothing of {HubText.Printable(left.First())}");
        }
    }
}
