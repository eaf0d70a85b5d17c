namespace LoraDiff.Hub.Publishing;

/// <summary>Where a commit goes and what it says.</summary>
public sealed record CommitOptions
{
    /// <summary>Branch, or a pull request's reference (<c>refs/pr/1</c>). Default <c>main</c>.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>First line of the commit's message. Default: how many files were uploaded.</summary>
    public string? Message { get; init; }

    /// <summary>The rest of the message. Default none.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// The commit that the branch must be at; if it is not, <see cref="Errors.HubConflictException"/>. Null (the default) takes the present one, and where somebody else's push comes between, looks again at
    /// what has changed and tries again.
    /// </summary>
    public string? ParentCommit { get; init; }

    /// <summary>Whether the commit becomes a new pull request on <see cref="Revision"/>. Default false.</summary>
    public bool CreatePullRequest { get; init; }
}
