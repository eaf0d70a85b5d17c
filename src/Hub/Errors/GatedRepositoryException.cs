namespace LoraDiff.Hub.Errors;

/// <summary>The repository asks for its terms to be accepted on its page first.</summary>
public sealed class GatedRepositoryException : HubException
{
    internal GatedRepositoryException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
