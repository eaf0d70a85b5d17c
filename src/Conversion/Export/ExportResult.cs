namespace LoraDiff.Conversion.Export;

/// <summary>What an export has written.</summary>
public sealed record ExportResult
{
    /// <summary>The folder.</summary>
    public required string Path { get; init; }

    /// <summary>The target's name.</summary>
    public required string Target { get; init; }

    /// <summary>Names of all files in the folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Number of safetensors files.</summary>
    public required int Shards { get; init; }

    /// <summary>Bytes of the safetensors files.</summary>
    public required long Bytes { get; init; }

    /// <summary>Text of the mask token in the new folder; null where the adapter records no recipe.</summary>
    public string? MaskToken { get; init; }

    /// <summary>Id of the mask token in the new folder; null where the adapter records no recipe.</summary>
    public int? MaskTokenId { get; init; }

    /// <summary>How the adapter was trained, as it records it; null where it does not.</summary>
    public ConversionRecipe? Recipe { get; init; }

    /// <summary>The largest block size that training reached; null where the adapter records no recipe.</summary>
    public int? BlockSize => Recipe?.BlockSchedule.Max;

    /// <summary>What the adapter names as its base, a Hub id or a folder; null where it names nothing.</summary>
    public string? BaseModel { get; init; }

    /// <summary>Largest |logit of the new folder − logit of base and adapter|; null where it was not checked.</summary>
    public double? MaxDifference { get; init; }

    /// <summary><see cref="MaxDifference"/> divided by the largest |logit|; null where it was not checked.</summary>
    public double? MaxRelativeDifference { get; init; }

    /// <summary>What a user of the folder should know, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
