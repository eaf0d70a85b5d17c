namespace LoraDiff.Hub.Errors;

/// <summary>Received bytes differ from what the Hub announced: their count, sha256 or git hash.</summary>
public sealed class HubIntegrityException : HubException
{
    internal HubIntegrityException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
