namespace LoraDiff.Conversion.Publishing;

/// <summary>How an adapter is published.</summary>
public sealed record PublishOptions
{
    /// <summary>Whether a repository that has to be made is private. Default false.</summary>
    public bool Private { get; init; }

    /// <summary>The branch, made where it is missing. Default <c>main</c>.</summary>
    public string Revision { get; init; } = "main";

    /// <summary>Whether the commit becomes a pull request. Default false.</summary>
    public bool CreatePullRequest { get; init; }

    /// <summary>The commit's message; null for one that says what it is.</summary>
    public string? Message { get; init; }

    /// <summary>Folder of the base checkpoint, whose tokenizer and license go along; null for what the adapter names as its base.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Hub id of the base model; null for what the adapter names, where that is one.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Hub ids of the data that it was trained on, for the card; empty for the data sets that <c>training.json</c> names, where it names any. Default empty.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];
}
