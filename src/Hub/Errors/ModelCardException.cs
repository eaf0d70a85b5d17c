namespace LoraDiff.Hub.Errors;

/// <summary>A model card is not valid; every fault is named.</summary>
public sealed class ModelCardException : HubException
{
    internal ModelCardException(string message, HubFailure facts = default, Exception? inner = null)
        : base(message, facts, inner)
    {
    }
}
