namespace LoraDiff.Hub.Errors;

/// <summary>The repository changed, or exists already, or another operation is under way.</summary>
public sealed class HubConflictException : HubException
{
    internal HubConflictException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
