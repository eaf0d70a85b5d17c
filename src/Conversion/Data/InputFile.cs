namespace LoraDiff.Conversion.Data;

/// <summary>A data file that was found.</summary>
/// <param name="Path">The file.</param>
/// <param name="Source">Number of the source that named it.</param>
/// <param name="IsText">Whether it is plain text; JSONL otherwise.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record InputFile(string Path, int Source, bool IsText, long Bytes);
