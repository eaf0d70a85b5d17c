namespace LoraDiff.Conversion.Data;

/// <summary>A tokenised document and where it comes from.</summary>
/// <param name="Sample">The tokens.</param>
/// <param name="Location">File and line of its record.</param>
/// <param name="Source">Number of the source.</param>
/// <param name="Truncated">Whether something was cut off.</param>
/// <param name="SplitHash">Sends its record to training or evaluation.</param>
internal sealed record PreparedDocument(TrainingSample Sample, string Location, int Source, bool Truncated, ulong SplitHash);
