namespace LoraDiff.Hub.Errors;

/// <summary>The repository has no such branch, tag or commit.</summary>
public sealed class RevisionNotFoundException : HubException
{
    internal RevisionNotFoundException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
