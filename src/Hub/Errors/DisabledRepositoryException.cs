namespace LoraDiff.Hub.Errors;

/// <summary>The Hub's staff has disabled the repository.</summary>
public sealed class DisabledRepositoryException : HubException
{
    internal DisabledRepositoryException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
