namespace LoraDiff.Conversion.Publishing;

/// <summary>An adapter that cannot be published as it is; the message says what is missing and what to do.</summary>
public sealed class PublishingException : IOException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong, and what to do.</param>
    public PublishingException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public PublishingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
