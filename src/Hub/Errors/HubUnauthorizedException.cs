namespace LoraDiff.Hub.Errors;

/// <summary>The token is missing, wrong, or lacks a permission.</summary>
public sealed class HubUnauthorizedException : HubException
{
    internal HubUnauthorizedException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
