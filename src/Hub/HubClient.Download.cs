using LoraDiff.Hub.Cache;
using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;

namespace LoraDiff.Hub;

public sealed partial class HubClient
{
    /// <summary>Downloads one file, or finds it in the cache.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="path">The file's path in it.</param>
    /// <param name="revision">Branch, tag, commit or <c>refs/pr/N</c>; null for <c>main</c>. A file that the cache holds of a commit needs no network.</param>
    /// <param name="options">Where to; null for the cache.</param>
    /// <param name="progress">Hears of bytes as they arrive, from several threads.</param>
    /// <param name="cancellation">Stops the download; what has arrived is kept for the next attempt.</param>
    /// <returns>The path of the file on this machine.</returns>
    /// <exception cref="HubException">The file, revision or repository does not exist, or the content is not what was announced; the exception's type says which.</exception>
    public async Task<string> DownloadFileAsync(RepositoryId repository, string path, string? revision = null, DownloadOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new();
        revision ??= "main";
        var cache = new HubCache(_options, repository, _http.Logger);
        _ = SafePath.Below(_options.CacheFolder, path);
        if (options.LocalFolder is null && !options.Force && HubCache.IsCommit(revision) && cache.Find(revision, path) is { } known)
        {
            return known;
        }
        var subject = new RequestSubject(repository, revision, path);
        if (!options.Force && HubCache.IsCommit(revision) && cache.IsKnownAbsent(revision, path))
        {
            throw Absent(subject, revision, null);
        }
        FileMetadata metadata;
        try
        {
            metadata = await GetMetadataAsync(repository, path, revision, cancellation).ConfigureAwait(false);
        }
        catch (EntryNotFoundException exception) when (exception.Commit is { } commit && options.LocalFolder is null)
        {
            cache.RememberAbsent(commit, path);
            cache.RememberReference(revision, commit);
            throw;
        }
        catch (HubException exception) when (IsUnreachable(exception))
        {
            if (options.LocalFolder is null && cache.IsKnownAbsent(revision, path))
            {
                throw Absent(subject, cache.CommitOf(revision)!, exception);
            }
            return FallBack(exception, subject, options.LocalFolder is null ? cache.Find(revision, path) : new LocalFolder(options.LocalFolder, _http.Logger).File(path) is var local && File.Exists(local) ? local : null);
        }
        return await PlaceAsync(repository, path, metadata, revision, cache, options, progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>Downloads the files of a revision, several at a time, or finds them in the cache.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="revision">Branch, tag, commit or <c>refs/pr/N</c>; null for <c>main</c>.</param>
    /// <param name="options">Which files, and where to; null for all of them, to the cache.</param>
    /// <param name="progress">Hears of bytes as they arrive, from several threads.</param>
    /// <param name="cancellation">Stops the download; what has arrived is kept for the next attempt.</param>
    /// <returns>The folder that holds the files.</returns>
    /// <exception cref="HubException">The revision or repository does not exist, or a file cannot be had.</exception>
    public async Task<string> DownloadSnapshotAsync(RepositoryId repository, string? revision = null, DownloadOptions? options = null, IProgress<TransferProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(repository);
        options ??= new();
        revision ??= "main";
        var cache = new HubCache(_options, repository, _http.Logger);
        var subject = new RequestSubject(repository, revision);
        var patterns = new FilePatterns(options.Include, options.Exclude);
        var trees = options.LocalFolder is { } into ? new LocalFolder(into, _http.Logger).Trees : cache.Trees;
        string commit;
        List<RepositoryEntry> files;
        try
        {
            if (_options.Offline)
            {
                throw new HubOfflineException("offline mode is on (HF_HUB_OFFLINE).");
            }
            // What a commit holds never changes: once heard, it is not asked for again.
            commit = HubCache.IsCommit(revision) ? revision : (await GetInfoAsync(repository, revision, cancellation: cancellation).ConfigureAwait(false)).Commit
                ?? throw new HubException($"The Hub names no commit for {subject}.");
            var all = trees.Read(commit) ?? await ListFilesAsync(repository, commit, trees, cancellation).ConfigureAwait(false);
            files = [.. all.Where(entry => patterns.Takes(entry.Path))];
        }
        catch (HubException exception) when (IsUnreachable(exception))
        {
            return FallBackToFolder(exception, subject, cache, trees, options, patterns);
        }
        foreach (var file in files)
        {
            _ = SafePath.Below(_options.CacheFolder, file.Path); // all are refused before the first is written
        }
        if (options.LocalFolder is null)
        {
            cache.RememberReference(revision, commit);
            if (!Directory.Exists(cache.Snapshot(commit)))
            {
                cache.Prepare();
                Directory.CreateDirectory(cache.Snapshot(commit));
            }
        }
        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = _options.ParallelDownloads, CancellationToken = cancellation }, async (file, token) =>
        {
            if (options.LocalFolder is null && !options.Force && cache.Find(commit, file.Path) is not null)
            {
                return;
            }
            var metadata = file.Etag is { } etag ? new FileMetadata(commit, etag, file.Size) : await GetMetadataAsync(repository, file.Path, commit, token).ConfigureAwait(false);
            await PlaceAsync(repository, file.Path, metadata, commit, cache, options, progress, token).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return options.LocalFolder is { } local ? Path.GetFullPath(local) : cache.Snapshot(commit);
    }

    private async Task<IReadOnlyList<RepositoryEntry>> ListFilesAsync(RepositoryId repository, string commit, TreeCache trees, CancellationToken cancellation)
    {
        List<RepositoryEntry> files = [];
        await foreach (var entry in ListTreeAsync(repository, commit, cancellation: cancellation).ConfigureAwait(false))
        {
            if (!entry.IsFolder)
            {
                files.Add(entry);
            }
        }
        trees.Write(commit, files);
        return files;
    }

    // Where it is known what the commit holds, a folder that lacks some of it is not passed off as whole.
    private string FallBackToFolder(HubException exception, RequestSubject subject, HubCache cache, TreeCache trees, DownloadOptions options, FilePatterns patterns)
    {
        var commit = cache.CommitOf(subject.Revision!);
        var folder = options.LocalFolder ?? (commit is null ? null : cache.Snapshot(commit));
        if (folder is not null && commit is not null && trees.Read(commit) is { } known)
        {
            var missing = known.Where(entry => patterns.Takes(entry.Path) && !File.Exists(SafePath.Below(folder, entry.Path))).Select(entry => entry.Path).ToList();
            if (missing.Count > 0)
            {
                throw new LocalEntryNotFoundException($"{subject} is not whole in '{folder}': {missing.Count} of its files are missing ({HubText.Printable(string.Join(", ", missing.Take(3)))}{(missing.Count > 3 ? ", …" : "")}), and the Hub cannot be asked: {exception.Message}", exception.Failure, exception);
            }
        }
        return FallBack(exception, subject, folder is not null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any() ? folder : null);
    }

    /// <summary>The path of a file in the cache, without asking the Hub.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="path">The file's path in it.</param>
    /// <param name="revision">The revision; null for <c>main</c>.</param>
    /// <returns>The path, or null where the cache does not hold it.</returns>
    public string? FindInCache(RepositoryId repository, string path, string? revision = null)
    {
        ArgumentNullException.ThrowIfNull(repository);
        return new HubCache(_options, repository, _http.Logger).Find(revision ?? "main", path);
    }

    internal async Task<FileMetadata> GetMetadataAsync(RepositoryId repository, string path, string revision, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(repository);
        string? commit = null, linkedEtag = null, linkedSize = null;
        var subject = new RequestSubject(repository, revision, path);
        using var response = await _http.SendAsync(new(HttpMethod.Head, FileAddress(repository, path, revision))
        {
            Subject = subject,
            StopAtForeignRedirect = true,
            Headers = [new("Accept-Encoding", "identity")],
            Passing = answer =>
            {
                commit = RetryDelay.Header(answer, "X-Repo-Commit") ?? commit;
                linkedEtag = RetryDelay.Header(answer, "X-Linked-Etag") ?? linkedEtag;
                linkedSize = RetryDelay.Header(answer, "X-Linked-Size") ?? linkedSize;
            },
        }, cancellation).ConfigureAwait(false);
        var etag = linkedEtag ?? RetryDelay.Header(response, "ETag") ?? throw new HubException($"The Hub names no etag for {subject}.", new(response.StatusCode, HubErrors.RequestId(response)));
        var size = linkedSize is not null && long.TryParse(linkedSize, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var linked) ? linked
            : response.IsSuccessStatusCode ? response.Content.Headers.ContentLength : null;
        return new(commit ?? throw new HubException($"The Hub names no commit for {subject}.", new(response.StatusCode, HubErrors.RequestId(response))), Bare(etag), size);
    }

    private async Task<string> PlaceAsync(RepositoryId repository, string path, FileMetadata metadata, string revision, HubCache cache, DownloadOptions options, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        try
        {
            return options.LocalFolder is { } folder ? await PlaceLocallyAsync(new(folder, _http.Logger), repository, path, metadata, revision, options.Force, progress, cancellation).ConfigureAwait(false)
                : await PlaceInCacheAsync(repository, path, metadata, revision, cache, options.Force, progress, cancellation).ConfigureAwait(false);
        }
        catch (PathTooLongException exception)
        {
            throw new UnsafePathException($"The Hub names a file '{HubText.Printable(path)}', whose path below '{options.LocalFolder ?? _options.CacheFolder}' is longer than this system takes; it is not written. Choose a folder with a shorter path.", inner: exception);
        }
    }

    private async Task<string> PlaceInCacheAsync(RepositoryId repository, string path, FileMetadata metadata, string revision, HubCache cache, bool force, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var fetcher = new FileFetcher(_http, _options);
        var address = FileAddress(repository, path, metadata.Commit);
        var subject = new RequestSubject(repository, revision, path);
        var file = cache.File(metadata.Commit, path);
        cache.RememberReference(revision, metadata.Commit);
        if (!force && File.Exists(file))
        {
            return file;
        }
        cache.Prepare();
        using (await FileLock.TakeAsync(cache.Lock(metadata.Etag), _http.Logger, cancellation).ConfigureAwait(false))
        {
            if (!force && File.Exists(file))
            {
                return file; // whoever held the lock has put it there; without links there is no blob left to tell
            }
            var blob = cache.Blob(metadata.Etag);
            var isNew = force || !File.Exists(blob);
            if (isNew)
            {
                if (force)
                {
                    File.Delete(cache.Partial(metadata.Etag));
                }
                await fetcher.FetchAsync(address, subject, metadata, cache.Partial(metadata.Etag), progress, cancellation).ConfigureAwait(false);
                File.Move(cache.Partial(metadata.Etag), blob, overwrite: true);
            }
            cache.Point(file, metadata.Etag, isNew);
        }
        return file;
    }

    private async Task<string> PlaceLocallyAsync(LocalFolder folder, RepositoryId repository, string path, FileMetadata metadata, string revision, bool force, IProgress<TransferProgress>? progress, CancellationToken cancellation)
    {
        var file = folder.File(path);
        folder.Prepare();
        using (await FileLock.TakeAsync(folder.Lock(path), _http.Logger, cancellation).ConfigureAwait(false))
        {
            if (!force && (folder.Recorded(path) is { } recorded ? recorded.Etag == metadata.Etag : await IsContentAsync(file, metadata, cancellation).ConfigureAwait(false)))
            {
                folder.Remember(path, metadata.Commit, metadata.Etag, _http.Time.GetUtcNow());
                return file;
            }
            var partial = folder.Partial(path, metadata.Etag);
            await new FileFetcher(_http, _options).FetchAsync(FileAddress(repository, path, metadata.Commit), new RequestSubject(repository, revision, path), metadata, partial, progress, cancellation).ConfigureAwait(false);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            folder.File(path); // looked at again: a link may have been put there meanwhile
            File.Move(partial, file, overwrite: true);
            folder.Remember(path, metadata.Commit, metadata.Etag, _http.Time.GetUtcNow());
        }
        return file;
    }

    // A file that was put there by other means is compared by its content.
    private static async Task<bool> IsContentAsync(string file, FileMetadata metadata, CancellationToken cancellation)
    {
        if (!File.Exists(file) || new FileInfo(file).Length != metadata.Size)
        {
            return false;
        }
        using var hash = new ContentHash(metadata.Etag, metadata.Size);
        using var stream = File.OpenRead(file);
        var buffer = new byte[1 << 18];
        for (int count; (count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            hash.Append(buffer.AsSpan(0, count));
        }
        return hash.Finish() == metadata.Etag;
    }

    private string FallBack(HubException exception, RequestSubject subject, string? held)
    {
        if (held is null)
        {
            throw new LocalEntryNotFoundException($"{subject} is not in the cache ({_options.CacheFolder}), and the Hub cannot be asked: {exception.Message}", exception.Failure, exception);
        }
        HubLog.FellBack(_http.Logger, subject.ToString(), exception is HubOfflineException ? "offline mode" : exception.StatusCode?.ToString() ?? "not reached");
        return held;
    }

    // What the Hub once said of a commit stays true.
    private static EntryNotFoundException Absent(RequestSubject subject, string commit, Exception? inner) =>
        new($"{subject} does not exist: the Hub said so of commit {commit} before, and a commit never changes.", new(), commit, inner);

    // Offline, not reached, overloaded: what is not an answer about the thing asked for.
    private static bool IsUnreachable(HubException exception) =>
        exception is HubOfflineException or HubRateLimitException || (exception is not HubIntegrityException && exception.GetType() == typeof(HubException) && (exception.StatusCode is null || (int)exception.StatusCode >= 500 || (int)exception.StatusCode == 408));

    private Uri FileAddress(RepositoryId repository, string path, string revision) => _http.At($"{repository.FilePath}/resolve/{Quote(revision)}/{QuotePath(path)}");

    private static string Bare(string etag) => (etag.StartsWith("W/", StringComparison.Ordinal) ? etag[2..] : etag).Trim('"');
}
