namespace LoraDiff.Hub.Errors;

/// <summary>There is no such repository, or it is private and the token may not see it: the Hub does not tell which.</summary>
public sealed class RepositoryNotFoundException : HubException
{
    internal RepositoryNotFoundException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
