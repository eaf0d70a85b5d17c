namespace LoraDiff.Hub.Publishing;

/// <summary>How far an upload is.</summary>
/// <param name="Bytes">Bytes sent; falls back where a part has to be sent again.</param>
/// <param name="TotalBytes">Bytes to send: those of files that the Hub does not have.</param>
/// <param name="Files">Large files that have arrived.</param>
/// <param name="TotalFiles">Large files to send; small ones travel in the commit.</param>
public readonly record struct UploadProgress(long Bytes, long TotalBytes, int Files, int TotalFiles);
