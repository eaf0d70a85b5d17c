using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>Jinja's tests: <c>value is name</c>.</summary>
internal static class Tests
{
    private static readonly Dictionary<string, Func<object?, Arguments, bool>> ByName = new(StringComparer.Ordinal)
    {
        ["defined"] = (value, _) => value is not Undefined,
        ["undefined"] = (value, _) => value is Undefined,
        ["none"] = (value, _) => value is null,
        ["boolean"] = (value, _) => value is bool,
        ["true"] = (value, _) => value is true,
        ["false"] = (value, _) => value is false,
        ["integer"] = (value, _) => value is BigInteger,
        ["float"] = (value, _) => value is double,
        ["number"] = (value, _) => value is BigInteger or double or bool,
        ["string"] = (value, _) => value is string,
        ["mapping"] = (value, _) => value is PythonDict,
        ["sequence"] = (value, _) => value is string or List<object?> or PythonTuple or PythonDict or PythonRange or Group or Undefined,
        ["iterable"] = (value, _) => value is string or List<object?> or PythonTuple or PythonDict or PythonRange or PythonSequence or Group or Undefined,
        ["callable"] = (value, _) => value is Callable or Macro or Stateful { Call: not null } or LoopState,
        ["odd"] = (value, a) => !Whole(value, a).IsEven,
        ["even"] = (value, a) => Whole(value, a).IsEven,
        ["divisibleby"] = (value, a) => PythonCompare.AreEqual(PythonNumber.Calculate("%", value, a.Require(0, "num")), BigInteger.Zero),
        ["in"] = (value, a) => Evaluator.Compare("in", value, a.Require(0, "seq")),
        ["lower"] = (value, _) => TextMethods.Find(null!, PythonText.Show(value), "islower") is Callable test && (bool)test.Invoke(new Arguments("lower", [], []))!,
        ["upper"] = (value, _) => TextMethods.Find(null!, PythonText.Show(value), "isupper") is Callable test && (bool)test.Invoke(new Arguments("upper", [], []))!,
        ["sameas"] = (value, a) => a.Require(0, "other") is var other && (ReferenceEquals(value, other) || (value is bool or BigInteger or string && value.Equals(other))),
        ["escaped"] = (_, _) => false,
        ["filter"] = (value, _) => value is string name && Filters.Exists(name),
        ["test"] = (value, _) => value is string name && Exists(name),
    };

    static Tests()
    {
        foreach (var (names, op) in new (string[], string)[]
        {
            (["eq", "equalto", "=="], "=="), (["ne", "!="], "!="), (["lt", "lessthan", "<"], "<"), (["le", "<="], "<="), (["gt", "greaterthan", ">"], ">"), (["ge", ">="], ">="),
        })
        {
            foreach (var name in names)
            {
                ByName[name] = (value, a) => Evaluator.Compare(op, value, a.Require(0, "other"));
            }
        }
    }

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static ChatTemplateException Missing(string name, int line) => new(ChatTemplateError.Test, $"The chat template uses the test '{name}', which does not exist{Where(line)}.");

    public static bool Apply(Evaluator evaluator, string name, object? value, Arguments arguments, int line)
    {
        evaluator.Budget.Step();
        return ByName.TryGetValue(name, out var test) ? test(value, arguments) : throw Missing(name, line);
    }

    /// <summary>The line in an error, where there is one.</summary>
    public static string Where(int line) => line > 0 ? $" (line {line})" : "";

    private static BigInteger Whole(object? value, Arguments arguments)
        => PythonNumber.TryInteger(value, out var number) ? number
            : value is double real && Math.Floor(real) == real ? new BigInteger(real)
            : throw ((value as Undefined)?.Error() ?? arguments.Wrong($"needs a whole number, not a {PythonText.TypeName(value)}"));
}
