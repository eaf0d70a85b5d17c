namespace LoraDiff.Conversion.Checkpoints;

/// <summary>What a checkpoint recommends for decoding: <c>generation_config.json</c>, and <c>config.json</c> where that is silent.</summary>
public sealed record GenerationDefaults
{
    /// <summary>Tokens that end an answer; may be several (Qwen chat models have two), may be none.</summary>
    public IReadOnlyList<int> EosTokenIds { get; init; } = [];

    /// <summary>The token that begins a text, or null.</summary>
    public int? BosTokenId { get; init; }

    /// <summary>The padding token, or null.</summary>
    public int? PadTokenId { get; init; }

    /// <summary>Sampling temperature, or null.</summary>
    public double? Temperature { get; init; }

    /// <summary>Nucleus mass, or null.</summary>
    public double? TopP { get; init; }

    /// <summary>Number of candidates, or null.</summary>
    public int? TopK { get; init; }

    /// <summary>Whether the checkpoint recommends sampling over the most likely token.</summary>
    public bool DoSample { get; init; }

    internal static GenerationDefaults Read(string? generationConfig, JsonConfig config)
    {
        var own = generationConfig is null ? null : JsonConfig.Read(generationConfig);
        IReadOnlyList<int> Ids(string key) => own?.Ids(key) is { Count: > 0 } ids ? ids : config.Ids(key);
        int? Id(string key) => Ids(key) is { Count: > 0 } ids ? ids[0] : null;
        return new GenerationDefaults
        {
            EosTokenIds = Ids("eos_token_id"),
            BosTokenId = Id("bos_token_id"),
            PadTokenId = Id("pad_token_id"),
            Temperature = own?.OptionalNumber("temperature"),
            TopP = own?.OptionalNumber("top_p"),
            TopK = own?.OptionalInt("top_k"),
            DoSample = own?.Bool("do_sample") ?? false,
        };
    }
}
