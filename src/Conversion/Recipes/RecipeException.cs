namespace LoraDiff.Conversion;

/// <summary>A recipe, or another settings record, that cannot be used; the message names the key.</summary>
public sealed class RecipeException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public RecipeException()
    {
    }

    /// <summary>Makes an exception.</summary>
    /// <param name="message">What is wrong, with which key, and what would be right.</param>
    public RecipeException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    /// <param name="message">What is wrong, with which key, and what would be right.</param>
    /// <param name="innerException">The cause.</param>
    public RecipeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
