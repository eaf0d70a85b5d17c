namespace LoraDiff.Tokenizers;

/// <summary>A tokenizer file that cannot be used, or text that a tokenizer cannot encode.</summary>
public sealed class TokenizerException : Exception
{
    /// <summary>An error without words.</summary>
    public TokenizerException()
    {
    }

    /// <summary>An error that says what was found, what was expected and what to do.</summary>
    /// <param name="message">The message.</param>
    public TokenizerException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public TokenizerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
