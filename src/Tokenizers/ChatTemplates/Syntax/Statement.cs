namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>A statement of a template.</summary>
internal abstract record Statement(int Line)
{
    /// <summary>Text as it stands.</summary>
    public sealed record Data(int Line, string Text) : Statement(Line);

    /// <summary><c>{{ … }}</c></summary>
    public sealed record Output(int Line, Expression Value) : Statement(Line);

    public sealed record If(int Line, Expression Condition, IReadOnlyList<Statement> Then, IReadOnlyList<Statement> Otherwise) : Statement(Line);

    public sealed record For(
        int Line, Target Target, Expression Items, Expression? Condition, bool Recursive, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Otherwise) : Statement(Line);

    public sealed record Set(int Line, Target Target, Expression Value) : Statement(Line);

    /// <summary><c>{% set x %}…{% endset %}</c>, with a chain of filters.</summary>
    public sealed record SetBlock(int Line, Target Target, Expression.Filter? Filter, IReadOnlyList<Statement> Body) : Statement(Line);

    public sealed record With(int Line, IReadOnlyList<(Target Target, Expression Value)> Values, IReadOnlyList<Statement> Body) : Statement(Line);

    public sealed record FilterBlock(int Line, Expression.Filter Filter, IReadOnlyList<Statement> Body) : Statement(Line);

    public sealed record MacroDefinition(int Line, MacroBody Macro) : Statement(Line);

    public sealed record CallBlock(int Line, Expression.Call Call, MacroBody Caller) : Statement(Line);

    /// <summary><c>{% generation %}</c>: what the assistant says.</summary>
    public sealed record Generation(int Line, IReadOnlyList<Statement> Body) : Statement(Line);

    /// <summary>Statements with variables of their own.</summary>
    public sealed record Block(int Line, IReadOnlyList<Statement> Body) : Statement(Line);

    public sealed record Break(int Line) : Statement(Line);

    public sealed record Continue(int Line) : Statement(Line);

    /// <summary>include, import and the like.</summary>
    public sealed record Load(int Line, string Tag) : Statement(Line);
}
