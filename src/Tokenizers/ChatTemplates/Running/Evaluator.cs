using System.Numerics;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Library;
using LoraDiff.Tokenizers.ChatTemplates.Syntax;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>Computes expressions.</summary>
internal sealed class Evaluator(Renderer renderer, Budget budget, TimeProvider clock)
{
    public Budget Budget => budget;

    public TimeProvider Clock => clock;

    public object? Evaluate(Expression expression, Scope scope)
    {
        PythonCompare.Guard();
        budget.Step();
        return expression switch
        {
            Expression.Constant constant => constant.Value,
            Expression.Name name => scope.TryGet(name.Identifier, out var value) ? value : Undefined.Variable(name.Identifier),
            Expression.Attribute attribute => Members.Attribute(this, Evaluate(attribute.Of, scope), attribute.Member),
            Expression.Item item => Item(item, scope),
            Expression.Filter filter => Filters.Apply(this, filter.Named, Evaluate(filter.Of!, scope), Arguments(filter.Named, filter.Arguments, scope), filter.Line),
            Expression.Test test => Tests.Apply(this, test.Named, Evaluate(test.Of, scope), Arguments(test.Named, test.Arguments, scope), test.Line),
            Expression.Call call => Call(Evaluate(call.Of, scope), Arguments(Describe(call.Of), call.Arguments, scope)),
            Expression.Logical logical => Evaluate(logical.Left, scope) is var left && PythonCompare.Truth(left) == logical.IsAnd ? Evaluate(logical.Right, scope) : left,
            Expression.Comparison comparison => Compare(comparison, scope),
            Expression.Concatenation concatenation => Join(concatenation, scope),
            Expression.Binary binary => Calculate(binary.Operator, Evaluate(binary.Left, scope), Evaluate(binary.Right, scope)),
            Expression.Unary unary => Unary(unary.Operator, Evaluate(unary.Of, scope)),
            Expression.Conditional conditional => PythonCompare.Truth(Evaluate(conditional.Condition, scope)) ? Evaluate(conditional.Then, scope)
                : conditional.Otherwise is { } otherwise ? Evaluate(otherwise, scope)
                : new Undefined("An inline 'if' without 'else' had a condition that is false."),
            Expression.ListOf list => list.Items.Select(item => Evaluate(item, scope)).ToList(),
            Expression.TupleOf tuple => new PythonTuple(tuple.Items.Select(item => Evaluate(item, scope)).ToList()),
            Expression.DictOf dict => Dictionary(dict, scope),
            _ => throw new InvalidOperationException($"An expression of an unknown kind: {expression.GetType()}."),
        };
    }

    /// <summary>Calls a value.</summary>
    public object? Call(object? value, Arguments arguments) => value switch
    {
        Callable callable => callable.Invoke(arguments),
        Macro macro => renderer.Call(macro, arguments),
        LoopState { Recurse: { } recurse } => recurse(arguments.Require(0, "iterable")),
        LoopState => throw new ChatTemplateException(ChatTemplateError.Type, "'loop' can be called only in a loop that says 'recursive'."),
        Stateful { Call: { } call } => call(),
        Undefined undefined => throw undefined.Error(),
        _ => throw new ChatTemplateException(ChatTemplateError.Type, $"A {PythonText.TypeName(value)} cannot be called ({arguments.Called})."),
    };

    /// <summary>The elements of a value, as a loop walks them.</summary>
    public IReadOnlyList<object?> Iterate(object? value)
    {
        IReadOnlyList<object?> items = value switch
        {
            List<object?> list => list,
            PythonTuple tuple => tuple.Items,
            PythonSequence sequence => sequence.Items,
            PythonDict dict => Keys(dict),
            string text => [.. PythonText.Characters(text)],
            PythonRange range => Numbers(range),
            Group group => [group.Key, group.Members],
            Undefined => [],
            _ => throw new ChatTemplateException(ChatTemplateError.Type, $"A {PythonText.TypeName(value)} cannot be walked through."),
        };
        budget.Work(items.Count);
        budget.ChargeItems(items.Count);
        return items;
    }

    private List<object?> Keys(PythonDict dict)
    {
        budget.ChargeItems(dict.Count);
        return [.. dict.Keys];
    }

    private List<object?> Numbers(PythonRange range)
    {
        budget.ChargeValues((long)range.Length);
        return [.. range.Items];
    }

    /// <summary>Python's len.</summary>
    public static BigInteger Length(object? value) => value switch
    {
        string text => PythonText.Length(text),
        List<object?> list => list.Count,
        PythonTuple tuple => tuple.Items.Count,
        PythonDict dict => dict.Count,
        PythonRange range => range.Length,
        PythonSequence { View: not null } view => view.Items.Count,
        Group => 2,
        LoopState loop when loop.TryGet("length", out var length) => (BigInteger)length!,
        Undefined => 0,
        _ => throw new ChatTemplateException(ChatTemplateError.Type, $"A {PythonText.TypeName(value)} has no length."),
    };

    /// <summary>The arguments of a call; spread ones are unpacked.</summary>
    public Arguments Arguments(string called, ArgumentList list, Scope scope)
    {
        var positional = list.Positional.Select(argument => Evaluate(argument, scope)).ToList();
        if (list.Spread is { } spread)
        {
            positional.AddRange(Iterate(Evaluate(spread, scope)));
        }

        var named = list.Named.Select(argument => (argument.Name, Evaluate(argument.Value, scope))).ToList();
        if (list.NamedSpread is { } namedSpread)
        {
            var dict = Evaluate(namedSpread, scope) as PythonDict ?? throw new ChatTemplateException(ChatTemplateError.Type, $"{called} needs a dictionary after '**'.");
            budget.ChargeValues(dict.Count);
            named.AddRange(dict.Items.Select(item => (PythonText.Show(item.Key), item.Value)));
        }

        return new Arguments(called, positional, named);
    }

    public object Calculate(string op, object? left, object? right)
    {
        switch (op, left, right)
        {
            case ("+", string a, string b):
                budget.Charge(a.Length + (long)b.Length);
                return a + b;
            case ("+", List<object?> a, List<object?> b):
                budget.ChargeItems(a.Count + (long)b.Count);
                return (List<object?>)[.. a, .. b];
            case ("+", PythonTuple a, PythonTuple b):
                budget.ChargeItems(a.Items.Count + (long)b.Items.Count);
                return new PythonTuple([.. a.Items, .. b.Items]);
            case ("%", string format, _):
                return budget.Charge(TextFormat.Percent(budget, format, right is PythonTuple tuple ? tuple.Items : [right]));
            case ("*", string or List<object?> or PythonTuple, _) when PythonNumber.TryInteger(right, out var count):
                return Repeat(left, count);
            case ("*", _, string or List<object?> or PythonTuple) when PythonNumber.TryInteger(left, out var count):
                return Repeat(right, count);
            default:
                return PythonNumber.Calculate(op, left, right);
        }
    }

    private object Repeat(object value, BigInteger count)
    {
        var length = value switch { string text => text.Length, List<object?> list => list.Count, PythonTuple tuple => tuple.Items.Count, _ => 0 };
        var times = (int)BigInteger.Min(BigInteger.Max(count, 0), int.MaxValue);
        times = length == 0 ? 0 : times;
        budget.Work((long)length * times);
        if (value is string repeated)
        {
            budget.Charge(2L * length * times);
            return new StringBuilder(length * times).Insert(0, repeated, times).ToString();
        }

        budget.ChargeItems((long)length * times);
        var items = value as List<object?> ?? ((PythonTuple)value).Items;
        var result = new List<object?>(length * times);
        for (var i = 0; i < times; i++)
        {
            result.AddRange(items);
        }

        return value is PythonTuple ? new PythonTuple(result) : result;
    }

    private object? Item(Expression.Item item, Scope scope)
    {
        var value = Evaluate(item.Of, scope);
        return item.Key is Expression.Slice slice
            ? Members.Slice(this, value, Optional(slice.Start, scope), Optional(slice.Stop, scope), Optional(slice.Step, scope))
            : Members.Item(this, value, Evaluate(item.Key, scope));
    }

    private object? Optional(Expression? expression, Scope scope) => expression is null ? null : Evaluate(expression, scope);

    private bool Compare(Expression.Comparison comparison, Scope scope)
    {
        var left = Evaluate(comparison.First, scope);
        foreach (var (op, expression) in comparison.Rest)
        {
            var right = Evaluate(expression, scope);
            if (!Compare(op, left, right))
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    /// <summary>One comparison.</summary>
    public static bool Compare(string op, object? left, object? right) => op switch
    {
        "==" => PythonCompare.AreEqual(left, right),
        "!=" => !PythonCompare.AreEqual(left, right),
        "<" => PythonCompare.Order(op, left, right) < 0,
        "<=" => PythonCompare.Order(op, left, right) <= 0,
        ">" => PythonCompare.Order(op, left, right) > 0,
        ">=" => PythonCompare.Order(op, left, right) >= 0,
        "in" => Contains(right, left),
        _ => !Contains(right, left),
    };

    private static bool Contains(object? container, object? value) => container switch
    {
        string text => value is string part
            ? Walked(text).Contains(part, StringComparison.Ordinal)
            : throw ((value as Undefined)?.Error() ?? new ChatTemplateException(ChatTemplateError.Type, $"Text can contain text, not a {PythonText.TypeName(value)}.")),
        List<object?> list => list.Exists(item => PythonCompare.AreEqual(item, value)),
        PythonTuple tuple => tuple.Items.Any(item => PythonCompare.AreEqual(item, value)),
        PythonSequence sequence => sequence.Items.Any(item => PythonCompare.AreEqual(item, value)),
        PythonDict dict => dict.TryGet(value, out _),
        PythonRange range => PythonNumber.TryInteger(value, out var number)
            && (range.Step > 0 ? number >= range.Start && number < range.Stop : number <= range.Start && number > range.Stop)
            && (number - range.Start) % range.Step == 0,
        Undefined => false,
        _ => throw new ChatTemplateException(ChatTemplateError.Type, $"'in' needs a container, not a {PythonText.TypeName(container)}."),
    };

    private static string Walked(string text)
    {
        Budget.Current?.Work(text.Length);
        return text;
    }

    private string Join(Expression.Concatenation concatenation, Scope scope)
    {
        string[] parts = [.. concatenation.Parts.Select(part => PythonText.Show(Evaluate(part, scope)))];
        var length = parts.Sum(part => (long)part.Length);
        budget.Charge(length);
        budget.Work(length);
        return string.Concat(parts);
    }

    private static object Unary(string op, object? value)
    {
        if (op == "not")
        {
            return !PythonCompare.Truth(value);
        }

        return value is double real ? (op == "-" ? -real : real) : PythonNumber.Calculate("*", value, op == "-" ? BigInteger.MinusOne : BigInteger.One);
    }

    private PythonDict Dictionary(Expression.DictOf expression, Scope scope)
    {
        var dict = new PythonDict();
        foreach (var (key, value) in expression.Items)
        {
            dict.Set(Evaluate(key, scope), Evaluate(value, scope));
        }

        return dict;
    }

    private static string Describe(Expression expression) => expression switch
    {
        Expression.Name name => name.Identifier,
        Expression.Attribute attribute => attribute.Member,
        _ => "the call",
    };
}
