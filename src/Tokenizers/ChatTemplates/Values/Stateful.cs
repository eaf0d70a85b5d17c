namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>A small object with members that can be called: what cycler and joiner make.</summary>
internal sealed class Stateful(Dictionary<string, object?> members, Func<string>? call)
{
    public IReadOnlyDictionary<string, object?> Members => members;

    public Func<string>? Call => call;
}
