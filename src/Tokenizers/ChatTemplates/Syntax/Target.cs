namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>What an assignment assigns to.</summary>
internal abstract record Target
{
    public sealed record Variable(string Name) : Target;

    /// <summary>A member of a namespace.</summary>
    public sealed record Member(string Namespace, string Name) : Target;

    /// <summary>Several at once.</summary>
    public sealed record Several(IReadOnlyList<Target> Targets) : Target;
}
