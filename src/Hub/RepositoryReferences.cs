namespace LoraDiff.Hub;

/// <summary>The named revisions of a repository.</summary>
/// <param name="Branches">Branches.</param>
/// <param name="Tags">Tags.</param>
/// <param name="PullRequests">Pull requests, <c>refs/pr/N</c>.</param>
public sealed record RepositoryReferences(IReadOnlyList<GitReference> Branches, IReadOnlyList<GitReference> Tags, IReadOnlyList<GitReference> PullRequests);
