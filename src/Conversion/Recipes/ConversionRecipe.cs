namespace LoraDiff.Conversion;

/// <summary>
/// Every choice of a conversion that changes what the model learns or how it must be decoded. Presets keep what their sources say; where a source says nothing the choice and its reason stand
/// at the property. The record is written beside the adapter as <c>loradiff.json</c>.
/// </summary>
/// <remarks>
/// The loss is Σ over masked supervised tokens of weight·ce, divided by the supervised tokens of the whole accumulated batch, plus <see cref="ArWeight"/> times the autoregressive term.
/// Efficient-DLM's code divides by the masked tokens of the micro-batch instead, on top of 1/t; its successor measured the division used here at +2.1 points.
/// </remarks>
public sealed record ConversionRecipe
{
    /// <summary>File name beside the adapter.</summary>
    public const string FileName = "loradiff.json";

    /// <summary>What the recipe is called; free text.</summary>
    public string Name { get; init; } = "custom";

    /// <summary>What clean rows see of each other. Default: token-causal, measured better by 17 points in NBDiff and required by the autoregressive loss.</summary>
    public CleanHalf CleanHalf { get; init; } = CleanHalf.TokenCausal;

    /// <summary>
    /// Whether row i predicts token i + 1, as autoregressive models do. A block's first token is then predicted by the clean row before it, in training and in decoding; every other one by the noisy
    /// row before it. (NBDiff does not say how its loss treats block-first tokens; others train them from the last noisy row of the block before, which decoding never does.) Default true.
    /// </summary>
    public bool Shift { get; init; } = true;

    /// <summary>Weight of a masked token. Default 1/t.</summary>
    public DiffusionWeight DiffusionWeight { get; init; } = DiffusionWeight.InverseT;

    /// <summary>The probability in 1/t. Default: the rate that was masked.</summary>
    public WeightProbability WeightProbability { get; init; } = WeightProbability.MaskedFraction;

    /// <summary>
    /// Weight of the autoregressive term, 0 for none. It scales that term only. Refused above 0 with a block-causal clean half, where a row sees the token that it would have to predict.
    /// NBDiff also speaks of annealing it, without a schedule; it stays constant. Default 0.5.
    /// </summary>
    public double ArWeight { get; init; } = 0.5;

    /// <summary>Which tokens the autoregressive term predicts. NBDiff takes all clean tokens of a pre-training text and says nothing about prompts; default: those that are supervised.</summary>
    public ArTargets ArTargets { get; init; } = ArTargets.Supervised;

    /// <summary>What the autoregressive sum is divided by. Default: its own targets.</summary>
    public ArNormaliser ArNormaliser { get; init; } = ArNormaliser.OwnTargets;

    /// <summary>How many noise levels a document draws. Default: one a block.</summary>
    public NoiseScope NoiseScope { get; init; } = NoiseScope.Block;

    /// <summary>
    /// Whether the noise levels of a document's blocks are stratified: block n of K draws from stratum π(n) of K equal ones. π is a fresh permutation, because strata in order tie the level to the
    /// block's index. Needs one level a block. Default true.
    /// </summary>
    public bool Antithetic { get; init; } = true;

    /// <summary>How masked positions are drawn. Default: position-dependent.</summary>
    public MaskSampling MaskSampling { get; init; } = MaskSampling.PositionDependent;

    /// <summary>Which positions the exact k of position-dependent masking is drawn from and counted over. Default: the supervised ones.</summary>
    public MaskPool MaskPool { get; init; } = MaskPool.Supervised;

    /// <summary>Whether every block with supervised tokens gets at least one masked. Where it does not, an empty batch has loss 0 and gradient 0. Default true.</summary>
    public bool AtLeastOneMasked { get; init; } = true;

    /// <summary>λ, the share of a block over which the masking weight doubles as t → 0; only for position-dependent masking. The slope counts in configured block sizes, also in a short block. Default 0.1.</summary>
    public double HalfLifeRatio { get; init; } = 0.1;

    /// <summary>ε, the smallest noise level: t is drawn from [ε, 1], and with uniform masking p = (1 − ε)·t + ε. Default 0.001.</summary>
    public double MinNoise { get; init; } = 1e-3;

    /// <summary>Block size during training; its maximum is the size to decode with.</summary>
    public BlockSchedule BlockSchedule { get; init; } = new();

    /// <summary>Where the grid of blocks starts, in training and decoding alike. Default: at the completion, because decoded blocks start right after the prompt.</summary>
    public GridOrigin GridOrigin { get; init; } = GridOrigin.Completion;

    /// <summary>Confidence threshold that decoding takes where none is given, in (0, ∞); above 1 one token is committed per step. Default 0.9.</summary>
    public double Threshold { get; init; } = 0.9;

    /// <summary>
    /// Which positions that threshold may commit in one step. Default: from the left. On the bundled model (block size 16, 300 prompts of its evaluation, adapter after 2,500 steps) a threshold of 0.95
    /// then keeps 83.7 % right at 3.1 tokens per forward, where committing anywhere keeps 77.0 % at 2.8, and one token per step has 83.3 %.
    /// </summary>
    public CommitOrder CommitOrder { get; init; } = CommitOrder.LeftToRight;

    /// <summary>Id of the mask token; null until a conversion has chosen it.</summary>
    public int? MaskTokenId { get; init; }

    /// <summary>NBDiff (arXiv 2512.06776): token-causal clean half, shift, flat weight, autoregressive loss 0.5 in sum form, uniform masking, block size 1 → 32.</summary>
    /// <remarks>
    /// Not said there and chosen here: one noise level a document (the text speaks of one t), ε as elsewhere, no forced mask, the grid from the completion's start because its sampler starts blocks
    /// right after the prompt, prompts unsupervised.
    /// </remarks>
    public static ConversionRecipe NBDiff { get; } = new()
    {
        Name = "NBDiff",
        CleanHalf = CleanHalf.TokenCausal,
        Shift = true,
        DiffusionWeight = DiffusionWeight.Flat,
        WeightProbability = WeightProbability.NoiseLevel,
        ArWeight = 0.5,
        ArNormaliser = ArNormaliser.SupervisedTokens,
        NoiseScope = NoiseScope.Sequence,
        Antithetic = false,
        MaskSampling = MaskSampling.Uniform,
        AtLeastOneMasked = false,
        BlockSchedule = new() { Initial = 1, Ratio = 2, Every = 500, Start = 0, Max = 32 },
        GridOrigin = GridOrigin.Completion,
        CommitOrder = CommitOrder.Confidence,
    };

    /// <summary>
    /// Efficient-DLM (arXiv 2512.14067): block-causal clean half, same position, 1/t, no autoregressive loss, exact k per block with λ = 0.1, fixed block size (16, its choice for 1.5 B; 32 and 64
    /// for larger models: set <c>block_schedule</c> to <see cref="BlockSchedule.Fixed"/>).
    /// </summary>
    /// <remarks>k is drawn over the whole block and may be 0, and t stands in the weight, as in its code. The grid starts at the sequence's first token, as in its training.</remarks>
    public static ConversionRecipe EfficientDlm { get; } = new()
    {
        Name = "EfficientDlm",
        CleanHalf = CleanHalf.BlockCausal,
        Shift = false,
        DiffusionWeight = DiffusionWeight.InverseT,
        WeightProbability = WeightProbability.NoiseLevel,
        ArWeight = 0,
        NoiseScope = NoiseScope.Block,
        Antithetic = false,
        MaskSampling = MaskSampling.PositionDependent,
        MaskPool = MaskPool.Block,
        AtLeastOneMasked = false,
        HalfLifeRatio = 0.1,
        BlockSchedule = BlockSchedule.Fixed(16),
        GridOrigin = GridOrigin.Sequence,
        CommitOrder = CommitOrder.Confidence,
    };

    /// <summary>
    /// The default: NBDiff's clean half, shift, autoregressive loss and growth with Efficient-DLM's position-dependent masking, 1/t over the rate that was masked, antithetic levels per block.
    /// </summary>
    /// <remarks>
    /// Block size 2 → 16 over the first 30 % of the run, whatever its length. Growth starts at 2 because at 1, under shift, every token is predicted by a clean row and nothing is diffused.
    /// </remarks>
    public static ConversionRecipe LoraDiff { get; } = new()
    {
        Name = "LoraDiff",
        BlockSchedule = new() { Initial = 2, Ratio = 2, Max = 16, GrowthShare = 0.3 },
    };

    /// <summary>The presets by name.</summary>
    public static IReadOnlyList<ConversionRecipe> Presets { get; } = [LoraDiff, NBDiff, EfficientDlm];

    /// <summary>Keys that <see cref="With"/> and the JSON form know; those of the block schedule with a dot.</summary>
    public static IReadOnlyList<string> Keys { get; } = Settings.Keys(typeof(ConversionRecipe));

    /// <summary>The preset with a name; case, '-' and '_' do not matter.</summary>
    /// <param name="name">For example <c>LoraDiff</c>, <c>nbdiff</c>, <c>efficient-dlm</c>.</param>
    /// <exception cref="RecipeException">No preset is called so.</exception>
    public static ConversionRecipe FromName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = Plain(name);
        return Presets.FirstOrDefault(p => Plain(p.Name) == plain)
            ?? throw new RecipeException($"No recipe is called '{name}'. Known: {string.Join(", ", Presets.Select(p => p.Name))}.");

        static string Plain(string text) => text.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();
    }

    /// <summary>Reads a recipe. Missing keys take their defaults; an unknown key is an error.</summary>
    /// <param name="json">The text of <c>loradiff.json</c>.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <exception cref="RecipeException">It is not JSON, has an unknown key or a value out of range; the message names the key.</exception>
    public static ConversionRecipe FromJson(string json, string source = FileName)
    {
        ArgumentNullException.ThrowIfNull(json);
        var recipe = Settings.FromJson<ConversionRecipe>(json, source);
        try
        {
            recipe.Validate();
            return recipe;
        }
        catch (RecipeException e)
        {
            throw new RecipeException($"{source}: {e.Message}", e);
        }
    }

    /// <summary>Reads the recipe of an adapter folder, or null where it has none.</summary>
    /// <param name="folder">The folder with <c>loradiff.json</c>.</param>
    /// <exception cref="RecipeException">The file cannot be used.</exception>
    public static ConversionRecipe? FromFolder(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!Path.Exists(path))
        {
            return null;
        }

        try
        {
            return FromJson(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder, or a link to nothing. Taken for no recipe, it would be decoded in another way than it was trained for.
            throw new RecipeException($"{path} cannot be read: {e.Message} It says how the adapter was trained. Fetch it again, or remove it to go on without a recipe.", e);
        }
    }

    /// <summary>The recipe as JSON, with snake_case keys.</summary>
    public string ToJson() => Settings.ToJson(this);

    /// <summary>Writes <c>loradiff.json</c> into a folder that exists, replacing an older one in one step.</summary>
    /// <param name="folder">The adapter's folder.</param>
    public void Save(string folder) => ReplacedFile.Write(Path.Combine(folder, FileName), ToJson() + "\n");

    /// <summary>The recipe with one key set from text, as <c>--set key=value</c> gives it.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="value">The value; <c>null</c> where the key allows it.</param>
    /// <exception cref="RecipeException">Unknown key, or a value that does not fit. Keys that depend on each other are checked by <see cref="Validate"/>.</exception>
    public ConversionRecipe With(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return Settings.With(this, key, value);
    }

    /// <summary>Refuses values out of range and choices that contradict each other.</summary>
    /// <exception cref="RecipeException">The message names the key, its value and what would be right.</exception>
    public void Validate()
    {
        Settings.Require(!string.IsNullOrWhiteSpace(Name), "name", Name, "a name");
        Settings.Require(double.IsFinite(ArWeight) && ArWeight >= 0, "ar_weight", ArWeight, "at least 0");
        Settings.Require(ArWeight == 0 || CleanHalf == CleanHalf.TokenCausal, "ar_weight", ArWeight, "0 with clean_half block_causal, where a clean row sees the token that it would have to predict; or set clean_half to token_causal");
        Settings.Require(!Antithetic || NoiseScope == NoiseScope.Block, "antithetic", Antithetic, "false with noise_scope sequence: the strata are those of a document's blocks");
        Settings.Require(double.IsFinite(HalfLifeRatio) && HalfLifeRatio > 0, "half_life_ratio", HalfLifeRatio, "above 0");
        Settings.Require(MinNoise is > 0 and < 1, "min_noise", MinNoise, "above 0 and below 1");
        Settings.Require(double.IsFinite(Threshold) && Threshold > 0, "threshold", Threshold, "above 0");
        Settings.Require(MaskTokenId is null or >= 0, "mask_token_id", MaskTokenId, "a token id, or null");
        Settings.Require(BlockSchedule is not null, "block_schedule", null, "an object");
        BlockSchedule!.Validate();
    }
}
