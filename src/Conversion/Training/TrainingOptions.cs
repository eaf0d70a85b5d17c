namespace LoraDiff.Conversion.Training;

/// <summary>How long, how fast and in what portions to train; what is learnt is the recipe's business.</summary>
public sealed record TrainingOptions
{
    /// <summary>The most that <see cref="Minutes"/> may be: a thousand years.</summary>
    public const double MaxMinutes = 525_600_000;

    // A step holds the numbers of its documents; nothing learns from a million at once.
    private const int MaxBatchSize = 1 << 20;

    /// <summary>Optimiser steps; null where <see cref="Minutes"/> limits the run. With both, whichever ends first.</summary>
    public int? Steps { get; init; }

    /// <summary>Minutes of wall-clock time, evaluation and saving included, over all parts of a resumed run; null where <see cref="Steps"/> limits it.</summary>
    public double? Minutes { get; init; }

    /// <summary>Documents per optimiser step; unused with <see cref="BatchTokens"/>. Default 24.</summary>
    public int BatchSize { get; init; } = 24;

    /// <summary>Tokens per optimiser step: documents are taken while they fit, at least one; null counts documents instead. A batch never spans two epochs.</summary>
    public int? BatchTokens { get; init; }

    /// <summary>
    /// Tokens of a pack: documents are packed tightly into packs of at most so many, and <see cref="BatchSize"/> counts packs; a longer document is a pack of its own. Documents of a pack never see each
    /// other, and each keeps its own positions and blocks. Null packs nothing. A batch never spans two epochs.
    /// </summary>
    public int? PackLength { get; init; }

    /// <summary>
    /// Positions, noisy and clean copies together, that one forward may hold; a larger step is computed in several and accumulated, with the same gradient. A single longer document still runs alone. Default 16,384.
    /// </summary>
    public int RowsPerForward { get; init; } = 16384;

    /// <summary>Peak learning rate; null takes 0.384 / hidden size, 2e-3 at 192 and 3.75e-4 at 1024: the rate that suits Adam falls with the width.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Steps of linear warm-up; at most a tenth of a run whose steps are known. Default 50.</summary>
    public int WarmupSteps { get; init; } = 50;

    /// <summary>How the learning rate moves after the warm-up. Default warm-up, stable, decay.</summary>
    public LearningRateShape Schedule { get; init; } = LearningRateShape.Wsd;

    /// <summary>The share of the run, by steps or by time, over which <see cref="LearningRateShape.Wsd"/> decays. Default 0.3.</summary>
    public double DecayShare { get; init; } = 0.3;

    /// <summary>Final over peak learning rate. Default 0.</summary>
    public double FinalRate { get; init; }

    /// <summary>AdamW's first β. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>AdamW's second β. Default 0.95.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>AdamW's ε. Default 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>AdamW's decoupled weight decay. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of the whole gradient; 0 never clips. Default 1.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>Keep only the input of each layer and compute the layer again on the way back: less memory, about half as much computing again. Default false.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Seed of the order of the data, of the noise and of dropout. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Steps between metric lines. Default 10.</summary>
    public int LogEvery { get; init; } = 10;

    /// <summary>Steps between evaluations; 0 evaluates only at the end. Default 0.</summary>
    public int EvaluateEvery { get; init; }

    /// <summary>Steps between checkpoints; 0 saves only at the end. Default 500.</summary>
    public int SaveEvery { get; init; } = 500;

    /// <summary>Checkpoints kept, the newest. Default 2.</summary>
    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Keys that <see cref="With"/> knows.</summary>
    public static IReadOnlyList<string> Keys { get; } = Settings.Keys(typeof(TrainingOptions));

    /// <summary>The options with one key set from text, as <c>--set key=value</c> gives it.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="value">The value; <c>null</c> where the key allows it.</param>
    /// <exception cref="RecipeException">Unknown key, or a value that does not fit.</exception>
    public TrainingOptions With(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return Settings.With(this, key, value);
    }

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="RecipeException">The message names the key.</exception>
    public void Validate()
    {
        Settings.Require(Steps is not null || Minutes is not null, "steps", null, "set, or minutes: a run needs a limit");
        Settings.Require(Steps is null or > 0, "steps", Steps, "above 0");
        Settings.Require(Minutes is null || Minutes is > 0 and <= MaxMinutes, "minutes", Minutes, $"above 0 and at most {MaxMinutes}");
        Settings.Require(BatchSize is > 0 and <= MaxBatchSize, "batch_size", BatchSize, $"above 0 and at most {MaxBatchSize}");
        Settings.Require(BatchTokens is null or > 0, "batch_tokens", BatchTokens, "above 0, or null");
        Settings.Require(PackLength is null or > 0, "pack_length", PackLength, "above 0, or null");
        Settings.Require(PackLength is null || BatchTokens is null, "pack_length", PackLength, "null where batch_tokens is set: both say how much a step takes");
        Settings.Require(RowsPerForward > 0, "rows_per_forward", RowsPerForward, "above 0");
        Settings.Require(LearningRate is null || (double.IsFinite(LearningRate.Value) && LearningRate > 0), "learning_rate", LearningRate, "above 0, or null");
        Settings.Require(WarmupSteps >= 0, "warmup_steps", WarmupSteps, "at least 0");
        Settings.Require(DecayShare is > 0 and <= 1, "decay_share", DecayShare, "above 0 and at most 1");
        Settings.Require(FinalRate is >= 0 and <= 1, "final_rate", FinalRate, "from 0 to 1");
        Settings.Require(Beta1 is >= 0 and < 1, "beta1", Beta1, "at least 0 and below 1");
        Settings.Require(Beta2 is >= 0 and < 1, "beta2", Beta2, "at least 0 and below 1");
        Settings.Require(double.IsFinite(Epsilon) && Epsilon > 0, "epsilon", Epsilon, "above 0");
        Settings.Require(double.IsFinite(WeightDecay) && WeightDecay >= 0, "weight_decay", WeightDecay, "at least 0");
        Settings.Require(double.IsFinite(ClipNorm) && ClipNorm >= 0, "clip_norm", ClipNorm, "at least 0");
        Settings.Require(LogEvery > 0, "log_every", LogEvery, "above 0");
        Settings.Require(EvaluateEvery >= 0, "evaluate_every", EvaluateEvery, "at least 0");
        Settings.Require(SaveEvery >= 0, "save_every", SaveEvery, "at least 0");
        Settings.Require(KeepCheckpoints > 0, "keep_checkpoints", KeepCheckpoints, "above 0");
    }
}
