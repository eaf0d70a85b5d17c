namespace LoraDiff.Conversion.Data;

/// <summary>Training or evaluation data that cannot be used; the message names file and line.</summary>
public sealed class DataException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public DataException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, where, and what was expected.</param>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    /// <param name="message">What is wrong, where, and what was expected.</param>
    /// <param name="innerException">The cause.</param>
    public DataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
