namespace LoraDiff.Hub.Errors;

/// <summary>The revision has no such file.</summary>
public sealed class EntryNotFoundException : HubException
{
    internal EntryNotFoundException(string message, HubFailure facts = default, string? commit = null, Exception? inner = null)
        : base(message, facts, inner) => Commit = commit;

    /// <summary>The commit that was looked in, where the Hub named it.</summary>
    public string? Commit { get; }
}
