namespace LoraDiff.Hub.Publishing;

/// <summary>One change of a commit: a file added or replaced, a file or a folder taken out.</summary>
public sealed class CommitOperation
{
    private CommitOperation(string path, UploadSource? source, bool isFolder) => (Path, Source, IsFolder) = (path, source, isFolder);

    /// <summary>The path in the repository, with <c>/</c>.</summary>
    public string Path { get; }

    internal UploadSource? Source { get; }

    internal bool IsFolder { get; }

    /// <summary>Adds or replaces a file. It is read when the commit is made, and not held in memory.</summary>
    /// <param name="pathInRepository">Where it goes.</param>
    /// <param name="file">The file on this machine.</param>
    /// <exception cref="ArgumentException">The path leads out of the repository or into <c>.git</c> or <c>.cache</c>.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static CommitOperation Add(string pathInRepository, string file) => new(RepositoryPath.Normalize(pathInRepository), UploadSource.OfFile(file), isFolder: false);

    /// <summary>Adds or replaces a file whose bytes are in memory; they must not change until the commit is made.</summary>
    /// <param name="pathInRepository">Where it goes.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    public static CommitOperation Add(string pathInRepository, ReadOnlyMemory<byte> content) => new(RepositoryPath.Normalize(pathInRepository), UploadSource.OfBytes(content), isFolder: false);

    /// <summary>Takes a file out.</summary>
    /// <param name="pathInRepository">Its path.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    public static CommitOperation Delete(string pathInRepository) => new(RepositoryPath.Normalize(pathInRepository), null, isFolder: false);

    /// <summary>Takes a folder out, with all in it.</summary>
    /// <param name="pathInRepository">Its path.</param>
    /// <exception cref="ArgumentException">As above.</exception>
    public static CommitOperation DeleteFolder(string pathInRepository) => new(RepositoryPath.Normalize(pathInRepository.TrimEnd('/')), null, isFolder: true);

    /// <inheritdoc/>
    public override string ToString() => $"{(Source is not null ? "add" : IsFolder ? "delete folder" : "delete")} {Path}";
}
