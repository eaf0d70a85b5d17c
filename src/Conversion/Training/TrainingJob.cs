using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Training;

/// <summary>What to train on and where to write.</summary>
public sealed record TrainingJob
{
    /// <summary>The documents.</summary>
    public required IReadOnlyList<TrainingSample> Samples { get; init; }

    /// <summary>The token that fills up last blocks.</summary>
    public required int PadTokenId { get; init; }

    /// <summary>Documents whose losses are measured at each evaluation, with fixed noise; empty by default.</summary>
    public IReadOnlyList<TrainingSample> Validation { get; init; } = [];

    /// <summary>More to measure at each evaluation, for example the accuracy of decoding; the model is in evaluation mode meanwhile. Null measures nothing more.</summary>
    public Func<CancellationToken, IReadOnlyDictionary<string, double>>? Evaluate { get; init; }

    /// <summary>Folder for <c>metrics.jsonl</c> and <c>checkpoints/</c>; null writes nothing.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// Whether to go on from the newest checkpoint in <see cref="Folder"/>, which must have one of the same run: the same base model, adapter settings, recipe, data and training options. Only the limits, the intervals
    /// of reports, evaluations and checkpoints, and <see cref="TrainingOptions.GradientCheckpointing"/> may be others. Without it, a folder that has an adapter, metrics or checkpoints is refused.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Whether to start anew in a <see cref="Folder"/> that has an adapter, metrics or checkpoints, which are removed when training begins. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Name of the base model for the adapters in checkpoints, or null.</summary>
    public string? BaseModelName { get; init; }
}
