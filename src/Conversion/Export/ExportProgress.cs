namespace LoraDiff.Conversion.Export;

/// <summary>How far the writing of an exported model's tensors is.</summary>
/// <param name="BytesWritten">Tensor bytes written so far.</param>
/// <param name="BytesTotal">Tensor bytes of the whole model.</param>
public readonly record struct ExportProgress(long BytesWritten, long BytesTotal);
