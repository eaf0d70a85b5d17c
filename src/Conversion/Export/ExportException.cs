namespace LoraDiff.Conversion.Export;

/// <summary>A model cannot be exported as asked. Nothing was written; the message says why and what would be possible.</summary>
public sealed class ExportException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public ExportException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and cause.</summary>
    public ExportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with a general message.</summary>
    public ExportException()
        : base("The model cannot be exported.")
    {
    }
}
