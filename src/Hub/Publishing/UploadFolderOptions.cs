namespace LoraDiff.Hub.Publishing;

/// <summary>Which files of a folder are uploaded, and where to.</summary>
public sealed record UploadFolderOptions
{
    /// <summary>The folder in the repository. Default: its root.</summary>
    public string PathInRepository { get; init; } = "";

    /// <summary>Only files that match one of these are taken; empty (the default) takes all. As in Python's <c>fnmatch</c>: <c>*</c> crosses <c>/</c>, a pattern that ends in <c>/</c> takes the folder.</summary>
    public IReadOnlyList<string> AllowPatterns { get; init; } = [];

    /// <summary>Files that match one of these are left out. <c>.git</c> and <c>.cache/huggingface</c> always are.</summary>
    public IReadOnlyList<string> IgnorePatterns { get; init; } = [];

    /// <summary>Files in the repository that match one of these are deleted in the same commit, unless they are uploaded. Relative to <see cref="PathInRepository"/>. <c>.gitattributes</c> stays.</summary>
    public IReadOnlyList<string> DeletePatterns { get; init; } = [];

    /// <summary>The commit.</summary>
    public CommitOptions Commit { get; init; } = new();
}
