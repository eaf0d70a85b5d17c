using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace LoraDiff.Hub.Tests.Fake;

// LFS: the batch call, the store's side of uploads, completion of parts, verification.
public sealed partial class FakeHub
{
    private readonly ConcurrentDictionary<string, FakeUpload> _uploads = new();

    /// <summary>The transfer that a batch answers, where it is another than the right one.</summary>
    public string? Transfer { get; set; }

    /// <summary>What completions call themselves and hrefs begin with; null for <see cref="Address"/>. The Hub's mirrors hand out the public Hub's.</summary>
    public string? HrefBase { get; set; }

    /// <summary>Addresses handed out before this many batches are refused by the store, as signed addresses that have grown old.</summary>
    public int ExpiredBatches { get; set; }

    private int _batches;

    private static bool HasObject(FakeRepository repository, string oid)
    {
        lock (repository.LfsObjects)
        {
            return repository.LfsObjects.ContainsKey(oid);
        }
    }

    private async Task LfsBatchAsync(HttpContext context, FakeRepository? repository)
    {
        if (!IsAuthorized(context) || repository is null)
        {
            await ErrorAsync(context, 401, null, "Invalid username or password.");
            return;
        }
        var body = await BodyAsync(context);
        var objects = body["objects"]!.AsArray();
        if (context.Request.ContentType != "application/vnd.git-lfs+json" || (string?)body["operation"] != "upload" || objects.Count > 256)
        {
            await ErrorAsync(context, 422, null, "not an LFS batch");
            return;
        }
        var batch = Interlocked.Increment(ref _batches);
        var answers = new JsonArray();
        var transfer = "basic";
        foreach (var asked in objects)
        {
            var (oid, size) = ((string)asked!["oid"]!, (long)asked["size"]!);
            var answer = new JsonObject { ["oid"] = oid, ["size"] = size };
            if (!HasObject(repository, oid))
            {
                var id = Guid.NewGuid().ToString("N");
                var isWhole = size <= PartSize;
                _uploads[id] = new FakeUpload(repository, oid, size, isWhole ? size : PartSize, batch);
                var header = new JsonObject();
                if (!isWhole)
                {
                    transfer = "multipart";
                    header["chunk_size"] = PartSize.ToString(CultureInfo.InvariantCulture);
                    for (var part = 1; (part - 1) * PartSize < size; part++)
                    {
                        header[part.ToString("00000", CultureInfo.InvariantCulture)] = $"{StoreAddress}part/{id}/{part}?X-Amz-Signature=secret";
                    }
                }
                answer["actions"] = new JsonObject
                {
                    ["upload"] = new JsonObject { ["href"] = isWhole ? $"{StoreAddress}part/{id}/1?X-Amz-Signature=secret" : $"{HrefBase ?? Address.ToString()}api/lfs-complete/{id}", ["header"] = header },
                    ["verify"] = new JsonObject { ["href"] = $"{HrefBase ?? Address.ToString()}api/lfs-verify/{repository.Type}/{repository.Name}", ["header"] = new JsonObject() },
                };
            }
            answers.Add(answer);
        }
        await JsonAsync(context, new JsonObject { ["transfer"] = Transfer ?? transfer, ["objects"] = answers });
    }

    // As S3: a body of unknown length is not implemented, and bytes beyond what was announced are refused.
    private async Task StoreUploadAsync(HttpContext context, string[] parts)
    {
        if (parts is not ["part", var id, var number] || !HttpMethods.IsPut(context.Request.Method) || !_uploads.TryGetValue(id, out var upload) || upload.Batch <= ExpiredBatches)
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsync("<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>");
            return;
        }
        var part = int.Parse(number, CultureInfo.InvariantCulture);
        var expected = Math.Min(upload.PartSize, upload.Size - ((part - 1) * upload.PartSize));
        if (context.Request.ContentLength is not { } length || length == 0)
        {
            context.Response.StatusCode = 501;
            await context.Response.WriteAsync("<Error><Code>NotImplemented</Code><Message>A header you provided implies functionality that is not implemented</Message></Error>");
            return;
        }
        if (length != expected)
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync($"<Error><Code>IncompleteBody</Code><Message>{length} bytes, {expected} expected</Message></Error>");
            return;
        }
        var etag = await upload.ReceiveAsync(part, context.Request.Body, StoreFolder, context.RequestAborted);
        if (upload.Size == upload.PartSize && !await FinishAsync(upload))
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("<Error><Code>BadDigest</Code></Error>");
            return;
        }
        context.Response.Headers.ETag = $"\"{etag}\"";
    }

    private async Task CompleteAsync(HttpContext context, string id)
    {
        var body = await BodyAsync(context);
        if (!_uploads.TryRemove(id, out var upload))
        {
            await ErrorAsync(context, 404, null, "NoSuchUpload");
            return;
        }
        var told = body["parts"]!.AsArray().Select(p => ((int)p!["partNumber"]!, ((string)p["etag"]!).Trim('"'))).ToArray();
        var good = (string?)body["oid"] == upload.Oid && told.SequenceEqual(upload.Etags()) && await FinishAsync(upload);
        await (good ? JsonAsync(context, new JsonObject { ["success"] = true }) : ErrorAsync(context, 400, null, "the parts do not make the object"));
    }

    private static async Task<bool> FinishAsync(FakeUpload upload)
    {
        if (await upload.FinishAsync() is not { } file)
        {
            return false;
        }
        lock (upload.Repository.LfsObjects)
        {
            upload.Repository.LfsObjects[upload.Oid] = file;
        }
        return true;
    }

    private static async Task VerifyAsync(HttpContext context, FakeRepository? repository)
    {
        var body = await BodyAsync(context);
        await (repository is not null && HasObject(repository, (string)body["oid"]!) ? JsonAsync(context, new JsonObject()) : ErrorAsync(context, 404, null, "the object has not arrived"));
    }

    /// <summary>An object that is being uploaded.</summary>
    private sealed class FakeUpload(FakeRepository repository, string oid, long size, long partSize, int batch)
    {
        private readonly ConcurrentDictionary<int, (string Etag, byte[]? Bytes)> _parts = new();
        private string? _file;

        public FakeRepository Repository => repository;

        public string Oid => oid;

        public long Size => size;

        public long PartSize => partSize;

        public int Batch => batch;

        public IEnumerable<(int, string)> Etags() => _parts.OrderBy(p => p.Key).Select(p => (p.Key, p.Value.Etag));

        public async Task<string> ReceiveAsync(int part, Stream body, string? folder, CancellationToken cancellation)
        {
            if (folder is null)
            {
                using var memory = new MemoryStream();
                await body.CopyToAsync(memory, cancellation);
                var etag = Convert.ToHexStringLower(SHA256.HashData(memory.GetBuffer().AsSpan(0, (int)memory.Length)))[..32];
                _parts[part] = (etag, memory.ToArray());
                return etag;
            }
            _file ??= Path.Combine(folder, oid);
            using var handle = File.OpenHandle(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
            var buffer = ArrayPool<byte>.Shared.Rent(1 << 18);
            var at = (part - 1) * partSize;
            int read;
            while ((read = await body.ReadAsync(buffer, cancellation)) > 0)
            {
                RandomAccess.Write(handle, buffer.AsSpan(0, read), at);
                at += read;
            }
            ArrayPool<byte>.Shared.Return(buffer);
            var name = string.Create(CultureInfo.InvariantCulture, $"part-{part}-{at}");
            _parts[part] = (name, null);
            return name;
        }

        // In memory the hash is checked; what went to disk for a bench is not read again.
        public Task<FakeFile?> FinishAsync()
        {
            if (_file is not null)
            {
                return Task.FromResult<FakeFile?>(new FileInfo(_file).Length == size ? new FakeFile(_file, oid) : null);
            }
            byte[] all = [.. _parts.OrderBy(p => p.Key).SelectMany(p => p.Value.Bytes!)];
            return Task.FromResult(all.LongLength == size && Convert.ToHexStringLower(SHA256.HashData(all)) == oid ? new FakeFile(all, lfs: true) : null);
        }
    }
}
