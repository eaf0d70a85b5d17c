namespace LoraDiff.Adapters;

/// <summary>An adapter's configuration, file or module tree does not fit; the message names the key, tensor or module, what was found, what was expected and what to do.</summary>
public sealed class AdapterException : Exception
{
    /// <summary>An error with a message.</summary>
    public AdapterException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and the error that caused it.</summary>
    public AdapterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An error without further words.</summary>
    public AdapterException()
    {
    }
}
