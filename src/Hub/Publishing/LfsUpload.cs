using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub.Publishing;

/// <summary>Sends large files to the store that the Hub names: whole, or in parts, several at the same time, each read from disk as it goes out.</summary>
internal sealed class LfsUpload(HubHttp http, HubOptions options, RepositoryId repository, UploadMeter meter)
{
    private const int BatchSize = 256;
    private const int MostParts = 10_000;
    private static readonly Uri PublicHub = new("https://huggingface.co");
    private static readonly int[] StoreErrors = [400, 401, 403, 404, 411, 412, 413, 501];

    /// <summary>Uploads what the Hub does not have.</summary>
    /// <param name="files">Large files; those that are stored already are passed over.</param>
    /// <param name="commit">The revision that they are for.</param>
    /// <param name="cancellation">Ends the upload; what has arrived stays at the store.</param>
    public async Task RunAsync(IEnumerable<PlannedFile> files, CommitOptions commit, CancellationToken cancellation)
    {
        using var slots = new SemaphoreSlim(options.ParallelUploads);
        foreach (var batch in files.Where(file => !file.IsStored).Chunk(BatchSize))
        {
            var objects = new ConcurrentDictionary<string, UploadSource>(StringComparer.Ordinal);
            await Parallel.ForEachAsync(batch, Parallelism(cancellation), async (file, token) => objects[await file.IdAsync(token).ConfigureAwait(false)] = file.Source).ConfigureAwait(false);
            var actions = await BatchAsync(objects, commit, cancellation).ConfigureAwait(false);
            meter.Expect(actions.Count, actions.Sum(action => objects[action.Id].Length));
            await Parallel.ForEachAsync(actions, Parallelism(cancellation), async (action, token) => await ObjectAsync(action, objects[action.Id], commit, slots, token).ConfigureAwait(false)).ConfigureAwait(false);
            foreach (var file in batch)
            {
                file.IsStored = true;
            }
        }
    }

    private ParallelOptions Parallelism(CancellationToken cancellation) => new() { MaxDegreeOfParallelism = options.ParallelUploads, CancellationToken = cancellation };

    /// <summary>What has to be sent, and where; objects that the store has are not among it.</summary>
    private async Task<IReadOnlyList<LfsAction>> BatchAsync(IReadOnlyDictionary<string, UploadSource> objects, CommitOptions commit, CancellationToken cancellation)
    {
        var subject = new RequestSubject(repository, commit.Revision);
        var asked = new JsonObject
        {
            ["operation"] = "upload",
            ["transfers"] = new JsonArray("basic", "multipart"),
            ["objects"] = new JsonArray([.. objects.Select(o => (JsonNode)new JsonObject { ["oid"] = o.Key, ["size"] = o.Value.Length })]),
            ["hash_algo"] = "sha256",
        };
        if (!commit.CreatePullRequest)
        {
            asked["ref"] = new JsonObject { ["name"] = commit.Revision };
        }

        var request = new HubRequest(HttpMethod.Post, http.At($"{repository.FilePath}.git/info/lfs/objects/batch")) { Content = JsonAnswer.Content(asked, JsonAnswer.Lfs), Headers = [new("Accept", JsonAnswer.Lfs)], Subject = subject };
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        var answer = await HubJson.ReadAsync(response, subject, cancellation).ConfigureAwait(false);
        var transfer = HubJson.Text(answer, "transfer") ?? "basic";
        if (transfer is not ("basic" or "multipart"))
        {
            throw JsonAnswer.Unusable(response, subject, $"it wants the transfer '{HubText.Printable(transfer)}', which was not offered; expected basic or multipart");
        }

        var actions = new List<LfsAction>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in HubJson.Items(answer, "objects"))
        {
            var id = HubJson.Required(item, "oid", subject);
            if (item.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object)
            {
                throw new HubException($"The Hub refuses to store an object of {repository}: {HubText.Printable(HubErrors.Message(error) ?? error.ToString())}", new HubFailure(response.StatusCode, HubErrors.RequestId(response)));
            }

            if (!objects.ContainsKey(id) || !told.Add(id))
            {
                throw JsonAnswer.Unusable(response, subject, $"it names the object {HubText.Printable(id)}, which was not asked for{(told.Contains(id) ? " twice" : "")}");
            }

            if (item.TryGetProperty("actions", out var steps) && steps.ValueKind == JsonValueKind.Object && steps.TryGetProperty("upload", out var upload))
            {
                var (href, headers) = Step(upload, response, subject);
                actions.Add(new LfsAction(id, href, headers, steps.TryGetProperty("verify", out var verify) ? Step(verify, response, subject) : null));
            }
        }

        return told.Count == objects.Count ? actions : throw JsonAnswer.Unusable(response, subject, $"it says nothing of {objects.Count - told.Count} of {objects.Count} objects");
    }

    private (Uri Href, IReadOnlyList<KeyValuePair<string, string>> Headers) Step(JsonElement step, HttpResponseMessage response, RequestSubject subject)
    {
        var headers = HubJson.Member(step, "header") is { ValueKind: JsonValueKind.Object } given
            ? given.EnumerateObject().Select(h => KeyValuePair.Create(h.Name, h.Value.ToString())).ToArray() : [];
        return (Address(HubJson.Required(step, "href", subject), response, subject), headers);
    }

    private static bool IsAddress(string text, [NotNullWhen(true)] out Uri? address) => Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "http" or "https";

    // A mirror hands out the public Hub's addresses; what is meant is the mirror.
    private Uri Address(string href, HttpResponseMessage response, RequestSubject subject)
    {
        if (!IsAddress(href, out var address))
        {
            throw JsonAnswer.Unusable(response, subject, "an address in it is not one");
        }

        return HubHttp.SameOrigin(address, PublicHub) && !HubHttp.SameOrigin(options.Endpoint, PublicHub) ? http.At(address.PathAndQuery) : address;
    }

    // Signed addresses grow old, and a completion whose answer was lost cannot be repeated: ask anew, once, and send what is then still missing.
    private async Task ObjectAsync(LfsAction action, UploadSource source, CommitOptions commit, SemaphoreSlim slots, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(action, source, slots, cancellation).ConfigureAwait(false);
        }
        catch (HubException e) when (e.StatusCode is not null && (int)e.StatusCode is 400 or 403 or 404)
        {
            var again = await BatchAsync(new Dictionary<string, UploadSource> { [action.Id] = source }, commit, cancellation).ConfigureAwait(false);
            foreach (var fresh in again)
            {
                await SendAsync(fresh, source, slots, cancellation).ConfigureAwait(false);
            }
        }

        meter.Arrived();
    }

    private async Task SendAsync(LfsAction action, UploadSource source, SemaphoreSlim slots, CancellationToken cancellation)
    {
        if (action.ChunkSize is { } chunkSize)
        {
            await PartsAsync(action, chunkSize, source, slots, cancellation).ConfigureAwait(false);
        }
        else
        {
            using var response = await PutAsync(action.Href, action.Headers, source, 0, source.Length, slots, cancellation).ConfigureAwait(false);
        }

        if (action.Verify is { } verify)
        {
            var body = new JsonObject { ["oid"] = action.Id, ["size"] = source.Length };
            using var response = await PostAsync(verify.Href, verify.Headers, body, cancellation).ConfigureAwait(false);
        }
    }

    private async Task PartsAsync(LfsAction action, long chunkSize, UploadSource source, SemaphoreSlim slots, CancellationToken cancellation)
    {
        var parts = action.Parts();
        var expected = (source.Length + chunkSize - 1) / chunkSize;
        if (parts.Count != expected || parts.Count > MostParts)
        {
            throw new HubException($"The Hub names {parts.Count} parts of {chunkSize} bytes for an object of {source.Length}; expected {expected}.");
        }

        var etags = new string[parts.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, parts.Count), Parallelism(cancellation), async (i, token) =>
        {
            var offset = i * chunkSize;
            if (!IsAddress(parts[i].Value, out var address))
            {
                throw new HubException($"The Hub's address for part {parts[i].Key} of an object is not one.");
            }

            using var response = await PutAsync(address, [], source, offset, Math.Min(chunkSize, source.Length - offset), slots, token).ConfigureAwait(false);
            etags[i] = RetryDelay.Header(response, "ETag") ?? throw new HubException($"The store gave no ETag for part {parts[i].Key} of an object.");
        }).ConfigureAwait(false);
        var body = new JsonObject
        {
            ["oid"] = action.Id,
            ["parts"] = new JsonArray([.. etags.Select((etag, i) => (JsonNode)new JsonObject { ["partNumber"] = parts[i].Key, ["etag"] = etag })]),
        };
        using var completed = await PostAsync(action.Href, [], body, cancellation).ConfigureAwait(false);
    }

    // Without the token: the address is signed, and stores refuse two ways of signing in.
    private async Task<HttpResponseMessage> PutAsync(Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, UploadSource source, long offset, long count, SemaphoreSlim slots, CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var part = new UploadMeter.Part();
            var response = await http.SendAsync(
                new HubRequest(HttpMethod.Put, address)
                {
                    Content = () =>
                    {
                        source.RequireUnchanged();
                        return new SliceContent(source, offset, count, meter, part);
                    },
                    Headers = headers,
                    Authorize = false,
                    Timeout = options.WriteTimeout,
                    Accepted = StoreErrors,
                },
                cancellation).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var said = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
                throw new HubException($"{address.Host} refuses bytes {offset}–{offset + count - 1} of an object of {repository} with {(int)response.StatusCode}: {HubText.Printable(said)}", new HubFailure(response.StatusCode, HubErrors.RequestId(response), null, HubText.WithoutQuery(address)));
            }
        }
        finally
        {
            slots.Release();
        }
    }

    private Task<HttpResponseMessage> PostAsync(Uri address, IReadOnlyList<KeyValuePair<string, string>> headers, JsonNode body, CancellationToken cancellation)
        => http.SendAsync(
            new HubRequest(HttpMethod.Post, address)
            {
                Content = JsonAnswer.Content(body, JsonAnswer.Lfs),
                Headers = [new("Accept", JsonAnswer.Lfs), .. headers],
                Authorize = !headers.Any(h => h.Key.Equals("Authorization", StringComparison.OrdinalIgnoreCase)),
                Timeout = options.WriteTimeout,
                Subject = new RequestSubject(repository),
            },
            cancellation);

    /// <summary>What the Hub wants done for one object.</summary>
    private sealed record LfsAction(string Id, Uri Href, IReadOnlyList<KeyValuePair<string, string>> All, (Uri Href, IReadOnlyList<KeyValuePair<string, string>> Headers)? Verify)
    {
        /// <summary>Bytes of each part; null where the object is sent whole.</summary>
        public long? ChunkSize => All.FirstOrDefault(h => h.Key == "chunk_size").Value is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size > 0 ? size
            : throw new HubException($"The Hub's chunk_size is '{HubText.Printable(text)}', expected a number above 0.");

        public IReadOnlyList<KeyValuePair<string, string>> Headers => All;

        /// <summary>Number and address of each part, in order.</summary>
        public IReadOnlyList<KeyValuePair<int, string>> Parts() =>
        [
            .. All.Where(h => h.Key.Length is > 0 and < 9 && h.Key.All(char.IsAsciiDigit)).Select(h => KeyValuePair.Create(int.Parse(h.Key, CultureInfo.InvariantCulture), h.Value)).OrderBy(h => h.Key),
        ];
    }
}
