namespace LoraDiff.Tokenizers.Models;

/// <summary>What a tokenizer.json says of a BPE model beside its vocabulary and merges.</summary>
internal sealed record BpeOptions
{
    /// <summary>Whether token bytes are those of the text (byte-level) or the token's own UTF-8.</summary>
    public bool ByteLevel { get; init; }

    public string? UnknownToken { get; init; }

    public bool FuseUnknown { get; init; }

    public bool ByteFallback { get; init; }

    /// <summary>A word that is a token is taken whole, before any merging.</summary>
    public bool IgnoreMerges { get; init; }

    public string ContinuingSubwordPrefix { get; init; } = "";

    public string EndOfWordSuffix { get; init; } = "";
}
