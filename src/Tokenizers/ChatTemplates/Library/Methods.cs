using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>The methods of dictionaries, lists and tuples; <see cref="TextMethods"/> has those of text.</summary>
internal static class Methods
{
    private static readonly HashSet<string> ListChanges = ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];
    private static readonly HashSet<string> DictChanges = ["clear", "pop", "popitem", "setdefault", "update"];

    /// <summary>A method bound to its value; an undefined value for one that changes it; null where there is none of that name.</summary>
    public static object? Find(Evaluator evaluator, object? value, string name) => value switch
    {
        string text => TextMethods.Find(evaluator, text, name),
        PythonDict when DictChanges.Contains(name) => Undefined.Unsafe(value, name),
        List<object?> when ListChanges.Contains(name) => Undefined.Unsafe(value, name),
        PythonDict dict => Dict(evaluator, dict, name),
        List<object?> list => List(evaluator, list, name),
        PythonTuple tuple => List(evaluator, tuple.Items, name == "copy" ? "" : name),
        double number when name == "is_integer" => new Callable(name, _ => Math.Floor(number) == number),
        BigInteger number when name == "bit_length" => new Callable(name, _ => (BigInteger)BigInteger.Abs(number).GetBitLength()),
        _ => null,
    };

    private static Callable? Dict(Evaluator evaluator, PythonDict dict, string name) => name switch
    {
        "get" => new Callable(name, arguments => dict.TryGet(arguments.Require(0, "key"), out var value) ? value : arguments.Get(1, "default")),
        "keys" => new Callable(name, _ => new PythonSequence([.. evaluator.Iterate(dict)], "dict_keys")),
        "values" => new Callable(name, _ => new PythonSequence(Values(evaluator, dict), "dict_values")),
        "items" => new Callable(name, _ => new PythonSequence(Items(evaluator, dict), "dict_items")),
        "copy" => new Callable(name, _ => dict),
        _ => null,
    };

    /// <summary>The pairs of a dictionary.</summary>
    public static List<object?> Items(Evaluator evaluator, PythonDict dict)
    {
        evaluator.Budget.ChargeValues(2L * dict.Count);
        return [.. dict.Items.Select(item => new PythonTuple([item.Key, item.Value]))];
    }

    private static List<object?> Values(Evaluator evaluator, PythonDict dict)
    {
        evaluator.Budget.ChargeItems(dict.Count);
        return [.. dict.Values];
    }

    private static Callable? List(Evaluator evaluator, IReadOnlyList<object?> items, string name) => name switch
    {
        "index" => new Callable(name, arguments => Index(items, arguments)),
        "count" => new Callable(name, arguments => (BigInteger)items.Count(item => PythonCompare.AreEqual(item, arguments.Require(0, "value")))),
        "copy" => new Callable(name, _ => evaluator.Iterate(items).ToList()),
        _ => null,
    };

    private static BigInteger Index(IReadOnlyList<object?> items, Arguments arguments)
    {
        var value = arguments.Require(0, "value");
        for (var i = 0; i < items.Count; i++)
        {
            if (PythonCompare.AreEqual(items[i], value))
            {
                return i;
            }
        }

        throw arguments.Wrong("was asked for a value that is not in the list");
    }
}
