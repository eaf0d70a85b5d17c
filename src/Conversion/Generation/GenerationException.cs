namespace LoraDiff.Conversion.Generation;

/// <summary>Decoding cannot go on, or was asked for something that this model or adapter cannot give. The message says what and what to do.</summary>
public sealed class GenerationException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public GenerationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and cause.</summary>
    public GenerationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception with a general message.</summary>
    public GenerationException()
        : base("Decoding failed.")
    {
    }
}
