namespace LoraDiff.Hub;

/// <summary>What to download and where to.</summary>
public sealed record DownloadOptions
{
    /// <summary>A folder that gets real files instead of the shared cache's links; null for the cache.</summary>
    public string? LocalFolder { get; init; }

    /// <summary>Only files that match one of these patterns (<c>*</c> also crosses <c>/</c>; a pattern that ends in <c>/</c> means all below it). Default all. For snapshots.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>No file that matches one of these patterns. Default none. For snapshots.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Whether files that are already there are downloaded again. Default false.</summary>
    public bool Force { get; init; }
}
