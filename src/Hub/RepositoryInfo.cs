namespace LoraDiff.Hub;

/// <summary>What the Hub says of a repository.</summary>
public sealed record RepositoryInfo
{
    /// <summary><c>owner/name</c>, as it is called now.</summary>
    public required string Id { get; init; }

    /// <summary>The commit that the revision names; null in lists.</summary>
    public string? Commit { get; init; }

    /// <summary>Whether only its owners see it.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>Whether its terms must be accepted first: null for no, else <c>auto</c> or <c>manual</c>.</summary>
    public string? Gated { get; init; }

    /// <summary>Whether the Hub's staff has disabled it.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The library that loads it, for example <c>peft</c>.</summary>
    public string? LibraryName { get; init; }

    /// <summary>Its task, for example <c>text-generation</c>.</summary>
    public string? PipelineTag { get; init; }

    /// <summary>The licence of its card.</summary>
    public string? License { get; init; }

    /// <summary>Downloads of the last month.</summary>
    public long Downloads { get; init; }

    /// <summary>Likes.</summary>
    public long Likes { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Its files, where they were asked for.</summary>
    public IReadOnlyList<RepositoryEntry> Files { get; init; } = [];
}
