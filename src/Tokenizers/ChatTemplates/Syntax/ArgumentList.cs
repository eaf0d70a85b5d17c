namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>What stands between the parentheses of a call.</summary>
internal sealed record ArgumentList(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? Spread, Expression? NamedSpread)
{
    public static ArgumentList Empty { get; } = new([], [], null, null);
}
