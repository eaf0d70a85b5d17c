namespace LoraDiff.Conversion.Training;

/// <summary>How a run ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Step">Steps done in all.</param>
/// <param name="Elapsed">Time spent in all parts of the run.</param>
/// <param name="Last">The last report, or null where no step was done.</param>
/// <param name="Checkpoint">Folder of the last checkpoint, or null where none was asked for.</param>
public sealed record TrainingResult(StopReason Reason, long Step, TimeSpan Elapsed, TrainingProgress? Last, string? Checkpoint);
