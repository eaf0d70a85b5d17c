namespace LoraDiff.Hub.Cards;

/// <summary>A model card that cannot be read, or that the Hub would refuse.</summary>
public sealed class ModelCardException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    public ModelCardException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong, where, and what to do.</param>
    /// <param name="innerException">What the YAML parser said.</param>
    public ModelCardException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
