namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>What <c>namespace()</c> makes: the one thing whose members a template may assign.</summary>
internal sealed class Namespace
{
    public Dictionary<string, object?> Members { get; } = new(StringComparer.Ordinal);
}
