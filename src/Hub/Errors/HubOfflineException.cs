namespace LoraDiff.Hub.Errors;

/// <summary>The network was needed while offline mode is on.</summary>
public sealed class HubOfflineException : HubException
{
    internal HubOfflineException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
