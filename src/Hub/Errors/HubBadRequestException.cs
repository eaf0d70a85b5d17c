namespace LoraDiff.Hub.Errors;

/// <summary>The Hub found the request itself faulty.</summary>
public sealed class HubBadRequestException : HubException
{
    internal HubBadRequestException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
