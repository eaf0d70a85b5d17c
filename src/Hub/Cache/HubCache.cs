using LoraDiff.Hub.Errors;
using LoraDiff.Hub.Http;
using Microsoft.Extensions.Logging;

namespace LoraDiff.Hub.Cache;

/// <summary>One repository's part of the shared cache: blobs by content, snapshots by commit, references by name; the layout that Python's clients read and write.</summary>
internal sealed class HubCache
{
    private readonly HubOptions _options;
    private readonly string _folder;
    private readonly string _locks;
    private readonly ILogger _logger;

    internal HubCache(HubOptions options, RepositoryId repository, ILogger logger)
    {
        _options = options;
        _logger = logger;
        _folder = Path.Combine(options.CacheFolder, repository.CacheFolder);
        _locks = Path.Combine(options.CacheFolder, ".locks", repository.CacheFolder);
    }

    /// <summary>What is known of this repository's revisions.</summary>
    internal TreeCache Trees => new(_folder, _logger);

    internal string Snapshot(string commit) => Path.Combine(_folder, "snapshots", Name(commit));

    internal string File(string commit, string path) => SafePath.Below(Snapshot(commit), path);

    internal string Blob(string etag) => Path.Combine(_folder, "blobs", Name(etag));

    // A name of our own: a Python process keeps its partial files under other names.
    internal string Partial(string etag) => Blob(etag) + ".loradiff.incomplete";

    internal string Lock(string etag) => Path.Combine(_locks, Name(etag) + ".lock");

    internal static bool IsCommit(string revision) => revision.Length == 40 && revision.All(char.IsAsciiHexDigitLower);

    /// <summary>The commit that a revision named when the cache last heard of it.</summary>
    internal string? CommitOf(string revision)
    {
        if (IsCommit(revision))
        {
            return revision;
        }
        var file = SafePath.Below(Path.Combine(_folder, "refs"), revision);
        return System.IO.File.Exists(file) && System.IO.File.ReadAllText(file).Trim() is { Length: > 0 } commit && IsCommit(commit) ? commit : null;
    }

    /// <summary>The file of a revision if it is here.</summary>
    internal string? Find(string revision, string path) => CommitOf(revision) is { } commit && File(commit, path) is var file && System.IO.File.Exists(file) ? file : null;

    /// <summary>Whether the cache knows that the revision has no such file.</summary>
    internal bool IsKnownAbsent(string revision, string path) => CommitOf(revision) is { } commit && System.IO.File.Exists(SafePath.Below(Path.Combine(_folder, ".no_exist", commit), path));

    internal void RememberAbsent(string commit, string path)
    {
        var marker = SafePath.Below(Path.Combine(_folder, ".no_exist", Name(commit)), path);
        Note(marker, () => System.IO.File.WriteAllBytes(marker, []));
    }

    internal void RememberReference(string revision, string commit)
    {
        if (revision == commit || CommitOf(revision) == commit)
        {
            return;
        }
        var file = SafePath.Below(Path.Combine(_folder, "refs"), revision);
        Note(file, () =>
        {
            var fresh = $"{file}.{Guid.NewGuid():N}";
            System.IO.File.WriteAllText(fresh, commit);
            System.IO.File.Move(fresh, file, overwrite: true);
        });
    }

    internal void Prepare()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "blobs"));
        var tag = Path.Combine(_options.CacheFolder, "CACHEDIR.TAG");
        if (!System.IO.File.Exists(tag))
        {
            Note(tag, () => System.IO.File.WriteAllText(tag, "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of the Hugging Face Hub; it can be deleted and is filled again.\n"));
        }
    }

    /// <summary>Makes the snapshot's file from the blob: a relative link, or where links are not to be had the blob itself, moved when it is new.</summary>
    internal void Point(string file, string etag, bool isNew)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var blob = Blob(etag);
        if (!_options.DisableSymlinks && TryLink(file, blob))
        {
            return;
        }
        var fresh = $"{file}.{Guid.NewGuid():N}.incomplete";
        if (isNew)
        {
            System.IO.File.Move(blob, file, overwrite: true);
        }
        else
        {
            System.IO.File.Copy(blob, fresh);
            System.IO.File.Move(fresh, file, overwrite: true);
        }
    }

    // What only saves a question later: a cache that cannot be written to (mounted for reading) still serves what it holds.
    private void Note(string file, Action write)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            HubLog.NotNoted(_logger, file, exception.Message);
        }
    }

    private static bool TryLink(string file, string blob)
    {
        var target = Path.GetRelativePath(Path.GetDirectoryName(file)!, blob);
        if (new FileInfo(file).LinkTarget == target)
        {
            return true;
        }
        var fresh = $"{file}.{Guid.NewGuid():N}.link";
        try
        {
            System.IO.File.CreateSymbolicLink(fresh, target);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return false; // this file system has no links
        }
        System.IO.File.Move(fresh, file, overwrite: true);
        return true;
    }

    // Etags and commits come from the server and become file names.
    private static string Name(string text) => text.Length is > 0 and <= 200 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') && text[0] != '.' ? text
        : throw new UnsafePathException($"The Hub names a content or commit '{HubText.Printable(text)}', which is not a plain name; it is not written.");
}
