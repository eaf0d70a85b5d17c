namespace LoraDiff.Conversion.Generation;

/// <summary>What to generate and how to draw it. The defaults are greedy decoding at the recipe's own threshold.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most tokens to generate per prompt, the stop token included; need not be a multiple of the block size. Default 128.</summary>
    public int MaxNewTokens { get; init; } = 128;

    /// <summary>0 is greedy; otherwise logits are divided by it before a token is drawn. Default 0.</summary>
    public double Temperature { get; init; }

    /// <summary>Draw only among so many most likely tokens; 0 is all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>Draw only among the most likely tokens that together hold this probability; 1 is all. Default 1.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Draws depend on this, the prompt's number, the step and the position: on nothing else in the batch. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Number of the first prompt in the random draws, so that a list generated in parts draws what it draws as a whole. Default 0.</summary>
    public int FirstRow { get; init; }

    /// <summary>Commit positions at least this confident, in the profile's order: 0 commits whole blocks, above 1 one token per step; null takes the profile's threshold. Not together with <see cref="Rule"/>.</summary>
    public double? Threshold { get; init; }

    /// <summary>Another commit rule than a threshold.</summary>
    public CommitRule? Rule { get; init; }

    /// <summary>What rules take for confidence. Default: the probability of the predicted token.</summary>
    public ConfidenceMeasure Confidence { get; init; }

    /// <summary>Texts that end a row; they and what follows are not part of the result. Need a tokenizer.</summary>
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    /// <summary>Generate up to the limit whatever is predicted, for measurements. Default false.</summary>
    public bool IgnoreStopTokens { get; init; }

    /// <summary>Most prompts decoded at once; the next prompt takes the place of one that finished. Results do not depend on it. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Most prompt positions of one row read in one forward; longer prompts are read in several, which NFE does not count. Default 2048.</summary>
    public int PrefillChunk { get; init; } = 2048;

    internal void Validate()
    {
        if (MaxNewTokens < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxNewTokens), MaxNewTokens, "At least one new token must be allowed.");
        }

        if (BatchSize < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(BatchSize), BatchSize, "At least one prompt must be decoded at a time.");
        }

        if (PrefillChunk < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(PrefillChunk), PrefillChunk, "At least one prompt position must be read per forward.");
        }

        if (!(Threshold is null or >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "The threshold must be at least 0, or null for the profile's.");
        }

        if (Threshold is not null && Rule is not null)
        {
            throw new ArgumentException($"Both a threshold ({Threshold}) and a commit rule ({Rule}) are given; give one of them.");
        }

        if (StopStrings.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A stop string is empty: it would end every row at once. Remove it.");
        }
    }
}
