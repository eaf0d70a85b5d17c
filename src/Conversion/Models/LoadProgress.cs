namespace LoraDiff.Conversion.Models;

/// <summary>How far the reading of a checkpoint's weights is.</summary>
/// <param name="BytesRead">Bytes read so far.</param>
/// <param name="BytesTotal">Bytes of all tensors of the model.</param>
public readonly record struct LoadProgress(long BytesRead, long BytesTotal);
