namespace LoraDiff.Tokenizers;

/// <summary>A chat template cannot be read or cannot render its messages.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>An error without words.</summary>
    public ChatTemplateException()
    {
    }

    /// <summary>An error with a message.</summary>
    /// <param name="message">The message.</param>
    public ChatTemplateException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its cause.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The cause.</param>
    public ChatTemplateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error of a kind.</summary>
    /// <param name="kind">What kind of thing went wrong.</param>
    /// <param name="message">The message; of <see cref="ChatTemplateError.Raised"/> the template's own words.</param>
    public ChatTemplateException(ChatTemplateError kind, string message)
        : base(message) => Kind = kind;

    /// <summary>What kind of thing went wrong.</summary>
    public ChatTemplateError Kind { get; }
}
