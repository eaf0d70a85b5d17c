namespace LoraDiff.Hub.Errors;

/// <summary>Too many requests in the current window.</summary>
public sealed class HubRateLimitException : HubException
{
    internal HubRateLimitException(string message, HubFailure facts, TimeSpan? wait)
        : base(message, facts) => Wait = wait;

    /// <summary>How long until requests are taken again, where the Hub said.</summary>
    public TimeSpan? Wait { get; }
}
