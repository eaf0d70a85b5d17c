namespace LoraDiff.Hub;

/// <summary>Which models to list.</summary>
public sealed record ModelQuery
{
    /// <summary>Part of the name. Default none.</summary>
    public string? Search { get; init; }

    /// <summary>The owner. Default any.</summary>
    public string? Author { get; init; }

    /// <summary>Tags that all must be there, for example <c>base_model:adapter:Qwen/Qwen3-0.6B</c>. Default none.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>What to sort by, descending: <c>downloads</c>, <c>likes</c>, <c>lastModified</c>, <c>trendingScore</c>. Default: the Hub's order.</summary>
    public string? Sort { get; init; }

    /// <summary>How many at most. Default all.</summary>
    public int? Limit { get; init; }
}
