namespace LoraDiff.Conversion.Data;

/// <summary>What one document is in a plain text file.</summary>
public enum TextUnit
{
    /// <summary>The whole file.</summary>
    File,

    /// <summary>Each line that is not empty.</summary>
    Line,
}
