namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>An expression of a template.</summary>
internal abstract record Expression(int Line)
{
    /// <summary>A value that stands in the template.</summary>
    public sealed record Constant(int Line, object? Value) : Expression(Line);

    /// <summary>A variable.</summary>
    public sealed record Name(int Line, string Identifier) : Expression(Line);

    /// <summary>A list in brackets.</summary>
    public sealed record ListOf(int Line, IReadOnlyList<Expression> Items) : Expression(Line);

    /// <summary>A tuple.</summary>
    public sealed record TupleOf(int Line, IReadOnlyList<Expression> Items) : Expression(Line);

    /// <summary>A dictionary in braces.</summary>
    public sealed record DictOf(int Line, IReadOnlyList<(Expression Key, Expression Value)> Items) : Expression(Line);

    /// <summary><c>a.b</c></summary>
    public sealed record Attribute(int Line, Expression Of, string Member) : Expression(Line);

    /// <summary><c>a[b]</c></summary>
    public sealed record Item(int Line, Expression Of, Expression Key) : Expression(Line);

    /// <summary><c>a:b:c</c> in a subscript.</summary>
    public sealed record Slice(int Line, Expression? Start, Expression? Stop, Expression? Step) : Expression(Line);

    /// <summary>A call.</summary>
    public sealed record Call(int Line, Expression Of, ArgumentList Arguments) : Expression(Line);

    /// <summary><c>a|b(…)</c>; what it is applied to is null in a filter block.</summary>
    public sealed record Filter(int Line, Expression? Of, string Named, ArgumentList Arguments) : Expression(Line);

    /// <summary><c>a is b(…)</c></summary>
    public sealed record Test(int Line, Expression Of, string Named, ArgumentList Arguments) : Expression(Line);

    /// <summary><c>not a</c>, <c>-a</c>, <c>+a</c></summary>
    public sealed record Unary(int Line, string Operator, Expression Of) : Expression(Line);

    /// <summary>An arithmetic operation.</summary>
    public sealed record Binary(int Line, string Operator, Expression Left, Expression Right) : Expression(Line);

    /// <summary><c>a and b</c>, <c>a or b</c></summary>
    public sealed record Logical(int Line, bool IsAnd, Expression Left, Expression Right) : Expression(Line);

    /// <summary><c>a ~ b ~ c</c></summary>
    public sealed record Concatenation(int Line, IReadOnlyList<Expression> Parts) : Expression(Line);

    /// <summary><c>a &lt; b &lt;= c</c></summary>
    public sealed record Comparison(int Line, Expression First, IReadOnlyList<(string Operator, Expression Right)> Rest) : Expression(Line);

    /// <summary><c>a if b else c</c></summary>
    public sealed record Conditional(int Line, Expression Condition, Expression Then, Expression? Otherwise) : Expression(Line);
}
