namespace LoraDiff.Hub.Publishing;

/// <summary>What a push made.</summary>
public sealed record CommitResult
{
    /// <summary>The new commit, or the present one where nothing had changed.</summary>
    public required string Commit { get; init; }

    /// <summary>The commit's page.</summary>
    public required Uri Url { get; init; }

    /// <summary>The pull request's page, where one was made.</summary>
    public Uri? PullRequestUrl { get; init; }

    /// <summary>The pull request's reference, for example <c>refs/pr/1</c>, where one was made.</summary>
    public string? PullRequest { get; init; }

    /// <summary>Whether a commit was made; false where the repository had everything already.</summary>
    public required bool Changed { get; init; }

    /// <summary>Files that the commit added or replaced.</summary>
    public required int Uploaded { get; init; }

    /// <summary>Files that the repository had already, or that it ignores.</summary>
    public required int Skipped { get; init; }
}
