namespace LoraDiff.Conversion.Generation;

/// <summary>How one model must be decoded: the choices of its training that change what a forward means, and the ids that end a text.</summary>
public sealed record DecodingProfile
{
    /// <summary>Positions per block, at least 1.</summary>
    public required int BlockSize { get; init; }

    /// <summary>
    /// True where row i predicts token i + 1: a block's first token then comes from the clean row before it, every other from the noisy row before it.
    /// False where a row predicts its own position.
    /// </summary>
    public required bool Shift { get; init; }

    /// <summary>What clean rows see of their own block.</summary>
    public required CleanHalf CleanHalf { get; init; }

    /// <summary>Where the grid of blocks starts.</summary>
    public required GridOrigin GridOrigin { get; init; }

    /// <summary>Id that stands for a missing token; null for autoregressive decoding, which never shows the model one.</summary>
    public required int? MaskTokenId { get; init; }

    /// <summary>Ids that end a text.</summary>
    public IReadOnlyList<int> StopTokenIds { get; init; } = [];

    /// <summary>The threshold used where the options name none. Default 0.9.</summary>
    public double Threshold { get; init; } = 0.9;

    /// <summary>Which positions a threshold may commit in one step. Default: any.</summary>
    public CommitOrder CommitOrder { get; init; } = CommitOrder.Confidence;

    /// <summary>
    /// Ids from here on are never generated: embedding tables are often padded beyond the tokenizer's vocabulary. Null allows every row of the head.
    /// </summary>
    public int? VocabularySize { get; init; }

    /// <summary>Name of the recipe that it comes from, for messages.</summary>
    public string Name { get; init; } = "unnamed";

    /// <summary>
    /// Plain autoregressive decoding: blocks of one token, each predicted by the clean row before it, so that no noisy row is ever needed.
    /// </summary>
    /// <param name="stopTokenIds">Ids that end a text.</param>
    /// <param name="vocabularySize">See <see cref="VocabularySize"/>.</param>
    public static DecodingProfile Autoregressive(IReadOnlyList<int> stopTokenIds, int? vocabularySize = null) => new()
    {
        BlockSize = 1,
        Shift = true,
        CleanHalf = CleanHalf.TokenCausal,
        GridOrigin = GridOrigin.Completion,
        MaskTokenId = null,
        StopTokenIds = stopTokenIds,
        VocabularySize = vocabularySize,
        Name = "autoregressive",
    };

    /// <summary>The profile of a model converted by a recipe.</summary>
    /// <param name="recipe">The recipe that the adapter records.</param>
    /// <param name="stopTokenIds">Ids that end a text.</param>
    /// <param name="vocabularySize">See <see cref="VocabularySize"/>.</param>
    /// <param name="blockSize">Another block size than the largest that training reached; null for that one.</param>
    /// <exception cref="GenerationException">The recipe records no mask token, or training never reached that block size.</exception>
    public static DecodingProfile FromRecipe(ConversionRecipe recipe, IReadOnlyList<int> stopTokenIds, int? vocabularySize = null, int? blockSize = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        var profile = new DecodingProfile
        {
            BlockSize = blockSize ?? recipe.BlockSchedule.Max,
            Shift = recipe.Shift,
            CleanHalf = recipe.CleanHalf,
            GridOrigin = recipe.GridOrigin,
            MaskTokenId = recipe.MaskTokenId ?? throw new GenerationException($"The recipe '{recipe.Name}' records no mask token id, so nothing was converted with it yet. Set mask_token_id to the token that stands for a missing one."),
            StopTokenIds = stopTokenIds,
            Threshold = recipe.Threshold,
            CommitOrder = recipe.CommitOrder,
            VocabularySize = vocabularySize,
            Name = recipe.Name,
        };
        profile.RequireMatch(recipe);
        return profile;
    }

    /// <summary>Refuses a profile that does not fit the recipe which the adapter was trained with.</summary>
    /// <param name="recorded">The recipe stored beside the adapter.</param>
    /// <exception cref="GenerationException">They differ; the message lists how.</exception>
    public void RequireMatch(ConversionRecipe recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        List<string> differences = [];
        if (Shift != recorded.Shift)
        {
            differences.Add($"token shift is {OnOff(Shift)}, trained with it {OnOff(recorded.Shift)}");
        }

        if (CleanHalf != recorded.CleanHalf)
        {
            differences.Add($"clean rows are {CleanHalf}, trained {recorded.CleanHalf}");
        }

        if (GridOrigin != recorded.GridOrigin)
        {
            differences.Add($"the block grid starts at the {GridOrigin}, trained from the {recorded.GridOrigin}");
        }

        if (BlockSize < 1 || BlockSize > recorded.BlockSchedule.Max)
        {
            differences.Add($"the block size is {BlockSize}, trained with 1 to {recorded.BlockSchedule.Max}");
        }

        if (MaskTokenId != recorded.MaskTokenId && recorded.MaskTokenId is not null)
        {
            differences.Add($"the mask token is {MaskTokenId}, trained with {recorded.MaskTokenId}");
        }

        if (differences.Count > 0)
        {
            throw new GenerationException($"Decoding does not fit the adapter's recipe '{recorded.Name}': {string.Join("; ", differences)}. Decode with the recipe that the adapter records (loradiff.json).");
        }
    }

    /// <summary>The commit rule that a threshold stands for.</summary>
    /// <param name="threshold">The threshold; null for <see cref="Threshold"/>.</param>
    public CommitRule ThresholdRule(double? threshold = null)
        => CommitOrder == CommitOrder.LeftToRight ? CommitRule.Prefix(threshold ?? Threshold) : CommitRule.Threshold(threshold ?? Threshold);

    /// <summary>First position of the block that holds a position.</summary>
    /// <param name="position">A position of the sequence.</param>
    /// <param name="promptLength">Tokens of the prompt, where a grid that starts at the completion begins.</param>
    public int BlockStart(int position, int promptLength)
    {
        // Blocks of the prompt count backwards from the origin; the first of them may be cut off by the sequence's start.
        var origin = GridOrigin == GridOrigin.Completion ? promptLength : 0;
        var offset = (position - origin) % BlockSize;
        return Math.Max(0, position - (offset < 0 ? offset + BlockSize : offset));
    }

    /// <summary>The position after the last of the block that holds a position.</summary>
    /// <param name="position">A position of the sequence.</param>
    /// <param name="promptLength">Tokens of the prompt.</param>
    public int BlockEnd(int position, int promptLength)
    {
        var origin = GridOrigin == GridOrigin.Completion ? promptLength : 0;
        var offset = (position - origin) % BlockSize;
        return position - (offset < 0 ? offset + BlockSize : offset) + BlockSize;
    }

    /// <summary>Checks the profile against the vocabulary of a model.</summary>
    internal void Validate(int modelVocabulary)
    {
        if (BlockSize < 1)
        {
            throw new GenerationException($"Profile '{Name}' has block size {BlockSize}; it must be at least 1.");
        }

        if (MaskTokenId is { } mask && (mask < 0 || mask >= modelVocabulary))
        {
            throw new GenerationException($"Profile '{Name}' has mask token id {mask}, but the model's embedding has rows 0 to {modelVocabulary - 1}. Choose a reserved token of the tokenizer.");
        }

        if (MaskTokenId is null && (BlockSize > 1 || !Shift))
        {
            throw new GenerationException($"Profile '{Name}' has no mask token id; only autoregressive decoding can do without one.");
        }

        if (MaskTokenId is { } masked && StopTokenIds.Contains(masked))
        {
            throw new GenerationException($"Profile '{Name}' uses id {masked} both as the mask and as a stop token; a text could never end.");
        }

        if (VocabularySize < 1)
        {
            throw new GenerationException($"Profile '{Name}' allows {VocabularySize} token ids; it must allow at least one.");
        }
    }

    private static string OnOff(bool value) => value ? "on" : "off";
}
