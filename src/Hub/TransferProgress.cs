namespace LoraDiff.Hub;

/// <summary>How far one file's transfer has come.</summary>
/// <param name="Path">The file's path in the repository.</param>
/// <param name="Bytes">Bytes that have arrived, those of an earlier attempt included.</param>
/// <param name="Size">All its bytes, or null where the Hub did not say.</param>
public readonly record struct TransferProgress(string Path, long Bytes, long? Size);
