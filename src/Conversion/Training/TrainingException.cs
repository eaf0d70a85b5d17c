namespace LoraDiff.Conversion.Training;

/// <summary>Training cannot start or go on; the message says where it stopped and what to resume from.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public TrainingException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What happened, where, and what to do.</param>
    public TrainingException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public TrainingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
