namespace LoraDiff.Conversion.Data;

/// <summary>The bytes of a record within a <see cref="RawBatch"/>, before anything was made of them.</summary>
/// <param name="File">Number of the file.</param>
/// <param name="Line">Line in the file, from 1, where the record starts.</param>
/// <param name="Start">First byte in the batch.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Continues">Whether it is a piece of a text that goes on in the next record.</param>
/// <param name="Problem">Why the record could not be read, or null.</param>
internal readonly record struct RawRecord(int File, long Line, int Start, int Length, bool Continues = false, string? Problem = null);
