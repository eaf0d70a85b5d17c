namespace LoraDiff.Hub.Errors;

/// <summary>A name from the Hub would lead out of the folder it belongs in.</summary>
public sealed class UnsafePathException : HubException
{
    internal UnsafePathException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
