namespace LoraDiff.Hub;

/// <summary>A file or folder of a repository at one commit.</summary>
/// <param name="Path">Its path in the repository, with <c>/</c>.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="Size">Bytes; 0 for a folder.</param>
/// <param name="BlobId">Its git object id (SHA-1); for an LFS file that of the pointer.</param>
/// <param name="Sha256">The sha256 of an LFS file's content, or null for a regular file.</param>
public sealed record RepositoryEntry(string Path, bool IsFolder, long Size, string? BlobId, string? Sha256)
{
    /// <summary>The name under which the Hub's chunk store knows the content; kept for Python's clients, which can use it.</summary>
    internal string? XetHash { get; init; }

    /// <summary>The name under which the cache keeps the content: the sha256 of an LFS file, the git object id of another.</summary>
    internal string? Etag => Sha256 ?? BlobId;
}
