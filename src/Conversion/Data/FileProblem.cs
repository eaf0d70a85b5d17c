namespace LoraDiff.Conversion.Data;

/// <summary>Why something was left out.</summary>
/// <param name="File">Number of the file.</param>
/// <param name="Message">The sentence after the file's path.</param>
internal sealed record FileProblem(int File, string Message);
