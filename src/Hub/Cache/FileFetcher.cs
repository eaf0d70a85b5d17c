using System.Globalization;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub.Cache;

/// <summary>Fetches one file into a partial file, taking it up again where it stopped, and checks its content.</summary>
internal sealed class FileFetcher(HubHttp http, HubOptions options)
{
    private const int BufferSize = 1 << 18;
    private const long WorthAsking = 1 << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>After it, <paramref name="partial"/> holds the whole file, whose hash is the etag's.</summary>
    /// <exception cref="HubIntegrityException">The content is not what the Hub announced.</exception>
    internal async Task FetchAsync(Uri address, RequestSubject subject, FileMetadata metadata, string partial, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        WarnOfLittleSpace(subject, metadata.Size, partial);
        for (var fresh = false; ; fresh = true)
        {
            if (fresh)
            {
                File.Delete(partial);
            }
            var resumed = File.Exists(partial);
            var found = await ReceiveAsync(address, subject, metadata, partial, progress, cancellation).ConfigureAwait(false);
            if (found is null || found.Equals(metadata.Etag, StringComparison.OrdinalIgnoreCase))
            {
                return;
            }
            File.Delete(partial);
            if (!resumed)
            {
                throw new HubIntegrityException($"{subject}: the bytes received have the hash {found}, the Hub announced {metadata.Etag}. Nothing was kept; try again, and look for a proxy that changes files.");
            }
        }
    }

    // Only a warning: quotas and compressing file systems make the number a guess.
    private void WarnOfLittleSpace(RequestSubject subject, long? size, string partial)
    {
        if (size is not > WorthAsking)
        {
            return;
        }
        var folder = Path.GetFullPath(Path.GetDirectoryName(partial)!);
        try
        {
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (free < size)
            {
                HubLog.LittleSpace(http.Logger, subject.ToString(), size.Value, free, folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            HubLog.UnknownSpace(http.Logger, folder, exception.Message);
        }
    }

    private async Task<string?> ReceiveAsync(Uri address, RequestSubject subject, FileMetadata metadata, string partial, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        using var file = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var hash = new ContentHash(metadata.Etag, metadata.Size);
        try
        {
            if (file.Length > (metadata.Size ?? 0))
            {
                file.SetLength(0);
            }
            await RehashAsync(file, hash, cancellation).ConfigureAwait(false);
            // Bytes that come a second time are no progress: a server that ignores Range and cuts at the same place would be asked for ever.
            var furthest = file.Position;
            for (var failures = 0; metadata.Size is null || file.Position < metadata.Size || file.Position == 0;)
            {
                try
                {
                    var started = await OpenAsync(address, subject, file.Position, metadata.Size, cancellation).ConfigureAwait(false);
                    using var response = started.Response;
                    if (started.FromStart && file.Position > 0)
                    {
                        file.SetLength(0);
                        hash.Dispose();
                        hash = new(metadata.Etag, metadata.Size);
                    }
                    await CopyAsync(response, file, hash, subject, metadata, progress, cancellation).ConfigureAwait(false);
                    if (metadata.Size is null || file.Position == metadata.Size)
                    {
                        break;
                    }
                    throw new IOException("the connection ended early");
                }
                catch (Exception exception) when (HubHttp.IsLost(exception, cancellation))
                {
                    failures = file.Position > furthest ? 1 : failures + 1;
                    furthest = Math.Max(furthest, file.Position);
                    if (failures > options.MaxRetries)
                    {
                        throw new HubException($"{subject}: the download broke off at byte {file.Position}{(metadata.Size is { } size ? $" of {size}" : "")} ({HubHttp.Reason(exception)}), {failures} times without a further byte. What has arrived is kept: run it again to go on.", new(Address: HubText.WithoutQuery(address)), exception);
                    }
                    HubLog.Resumed(http.Logger, subject.ToString(), file.Position, metadata.Size ?? -1);
                    await Task.Delay(Pause, http.Time, cancellation).ConfigureAwait(false);
                }
            }
            file.SetLength(file.Position);
            return hash.Finish();
        }
        finally
        {
            hash.Dispose();
        }
    }

    private static async Task RehashAsync(FileStream file, ContentHash hash, CancellationToken cancellation)
    {
        file.Position = 0;
        var buffer = new byte[file.Length == 0 ? 0 : BufferSize];
        for (int count; buffer.Length > 0 && (count = await file.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            hash.Append(buffer.AsSpan(0, count));
        }
    }

    private async Task<(HttpResponseMessage Response, bool FromStart)> OpenAsync(Uri address, RequestSubject subject, long from, long? size, CancellationToken cancellation)
    {
        List<KeyValuePair<string, string>> headers = [new("Accept-Encoding", "identity")];
        if (from > 0)
        {
            headers.Add(new("Range", string.Create(CultureInfo.InvariantCulture, $"bytes={from}-")));
        }
        var response = await http.SendAsync(new(HttpMethod.Get, address) { Subject = subject, Headers = headers, IsFile = true }, cancellation).ConfigureAwait(false);
        var range = response.Content.Headers.ContentRange;
        if ((int)response.StatusCode == 206 && (range?.From != from || (size is not null && range.Length is { } length && length != size)))
        {
            response.Dispose();
            throw new HubException($"{subject}: asked for the bytes from {from} on of {size}, and got the range '{range}'.", new(response.StatusCode, Address: HubText.WithoutQuery(address)));
        }
        return (response, (int)response.StatusCode != 206);
    }

    // One buffer is hashed and written while the other is filled.
    private async Task CopyAsync(HttpResponseMessage response, FileStream file, ContentHash hash, RequestSubject subject, FileMetadata metadata, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var small = metadata.Size is < BufferSize;
        var (filling, keeping) = (new byte[small ? (int)metadata.Size!.Value + 1 : BufferSize], new byte[small ? 1 : BufferSize]);
        var kept = Task.CompletedTask;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var timer = http.Time.CreateTimer(static source => ((CancellationTokenSource)source!).CancelAsync(), limit, options.ReadTimeout, Timeout.InfiniteTimeSpan);
            while (true)
            {
                var count = await stream.ReadAsync(filling, limit.Token).ConfigureAwait(false);
                timer.Change(options.ReadTimeout, Timeout.InfiniteTimeSpan);
                await kept.ConfigureAwait(false);
                kept = Task.CompletedTask;
                progress?.Report(new(subject.Path!, file.Position, metadata.Size));
                if (count == 0)
                {
                    return;
                }
                if (metadata.Size is { } size && file.Position + count > size)
                {
                    throw new HubIntegrityException($"{subject}: more bytes arrive than the {size} that the Hub announced.");
                }
                if (small)
                {
                    hash.Append(filling.AsSpan(0, count));
                    file.Write(filling, 0, count);
                    continue;
                }
                (filling, keeping) = (keeping, filling);
                var bytes = keeping.AsMemory(0, count);
                kept = Task.Run(() => { hash.Append(bytes.Span); file.Write(bytes.Span); }, CancellationToken.None);
            }
        }
        finally
        {
            await kept.ConfigureAwait(false);
        }
    }
}
