namespace LoraDiff.Hub.Errors;

/// <summary>The cache does not hold the file and the Hub cannot be asked.</summary>
public sealed class LocalEntryNotFoundException : HubException
{
    internal LocalEntryNotFoundException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
