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

    /// <summary>Whether to go on from the newest checkpoint in <see cref="Folder"/>, where there is one. Without it, a folder that has checkpoints is refused.</summary>
    public bool Resume { get; init; }

    /// <summary>Name of the base model for the adapters in checkpoints, or null.</summary>
    public string? BaseModelName { get; init; }
}
