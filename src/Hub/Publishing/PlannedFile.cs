namespace LoraDiff.Hub.Publishing;

/// <summary>A file to add, with what the Hub said about it.</summary>
internal sealed class PlannedFile(CommitOperation operation)
{
    public string Path => operation.Path;

    public UploadSource Source => operation.Source!;

    /// <summary>Whether it is stored as an LFS object rather than in the commit itself.</summary>
    public bool IsLarge { get; set; }

    /// <summary>Whether the repository's .gitignore leaves it out.</summary>
    public bool IsIgnored { get; set; }

    /// <summary>What the repository has at this path: sha256 of an LFS object, else a git blob's sha1; null for nothing.</summary>
    public string? RemoteId { get; set; }

    /// <summary>Whether the LFS object has arrived.</summary>
    public bool IsStored { get; set; }

    private string? _sha256;
    private string? _sha1;

    /// <summary>sha256 of a large file, else the git blob's sha1; computed once.</summary>
    public async Task<string> IdAsync(CancellationToken cancellation)
        => IsLarge ? _sha256 ??= await Source.Sha256Async(cancellation).ConfigureAwait(false) : _sha1 ??= await Source.BlobSha1Async(cancellation).ConfigureAwait(false);
}
