using System.Globalization;
using System.Numerics;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>A filter: what stands before the bar, and the arguments.</summary>
internal delegate object? FilterFunction(Evaluator evaluator, object? value, Arguments arguments);

/// <summary>Jinja's filters by name: those of single values here, <see cref="TextFilters"/> and <see cref="ListFilters"/> have the others.</summary>
internal static class Filters
{
    private static readonly Dictionary<string, FilterFunction> ByName = Make();

    public static bool Exists(string name) => ByName.ContainsKey(name);

    public static ChatTemplateException Missing(string name, int line)
        => new(ChatTemplateError.Filter, $"The chat template uses the filter '{name}', which does not exist{Tests.Where(line)}.");

    public static object? Apply(Evaluator evaluator, string name, object? value, Arguments arguments, int line)
    {
        evaluator.Budget.Step();
        evaluator.Budget.Work(value is string text ? text.Length : 0);
        return ByName.TryGetValue(name, out var filter) ? filter(evaluator, value, arguments) : throw Missing(name, line);
    }

    private static Dictionary<string, FilterFunction> Make()
    {
        var filters = new Dictionary<string, FilterFunction>(StringComparer.Ordinal)
        {
            ["default"] = Default,
            ["d"] = Default,
            ["length"] = (_, value, _) => Evaluator.Length(value),
            ["count"] = (_, value, _) => Evaluator.Length(value),
            ["string"] = (e, value, _) => e.Budget.Charge(PythonText.Show(value)),
            ["safe"] = (e, value, _) => e.Budget.Charge(PythonText.Show(value)),
            ["tojson"] = ToJson,
            ["int"] = Whole,
            ["float"] = Real,
            ["round"] = Round,
            ["abs"] = (_, value, _) => value is double real ? Math.Abs(real)
                : PythonNumber.TryInteger(value, out var number) ? BigInteger.Abs(number)
                : throw PythonNumber.Unfit("abs", value, value),
            ["attr"] = (e, value, a) => value is Undefined undefined ? throw undefined.Error() : Members.Attribute(e, value is PythonDict ? new Namespace() : value, a.Text(0, "name", "")),
            ["items"] = Items,
            ["pprint"] = (e, value, _) => e.Budget.Charge(PythonText.Repr(value)),
        };
        TextFilters.AddTo(filters);
        ListFilters.AddTo(filters);
        return filters;
    }

    private static object? Default(Evaluator evaluator, object? value, Arguments arguments)
    {
        var otherwise = arguments.Get(0, "default_value", "");
        var falseToo = arguments.Flag(1, "boolean", false);
        return value is Undefined || (falseToo && !PythonCompare.Truth(value)) ? otherwise : value;
    }

    private static List<object?> Items(Evaluator evaluator, object? value, Arguments arguments) => value switch
    {
        Undefined => [],
        PythonDict dict => Methods.Items(evaluator, dict),
        _ => throw arguments.Wrong($"needs a dictionary, not a {PythonText.TypeName(value)}"),
    };

    private static string ToJson(Evaluator evaluator, object? value, Arguments arguments)
    {
        arguments.TryGet(1, "indent", out var indent);
        arguments.TryGet(0, "ensure_ascii", out _);
        var writer = new PythonJson
        {
            AsciiOnly = arguments.Flag(0, "ensure_ascii", false),
            Indent = indent switch
            {
                null => null,
                string text => text,
                _ => new string(' ', Math.Clamp(arguments.Integer(1, "indent", 0), 0, 1000)),
            },
            ItemSeparator = Separator(evaluator, arguments, 0) ?? (indent is null ? ", " : ","),
            KeySeparator = Separator(evaluator, arguments, 1) ?? ": ",
            SortKeys = arguments.Flag(3, "sort_keys", false),
        };
        arguments.AtMost(4);
        return evaluator.Budget.Charge(writer.Write(value));
    }

    private static string? Separator(Evaluator evaluator, Arguments arguments, int index)
    {
        if (arguments.Get(2, "separators") is not { } separators)
        {
            return null;
        }

        var items = evaluator.Iterate(separators);
        return items.Count == 2 ? PythonText.Show(items[index]) : throw arguments.Wrong("needs two separators");
    }

    private static object? Whole(Evaluator evaluator, object? value, Arguments arguments)
    {
        evaluator.Budget.Charge(value is string given ? 4L * given.Length : 0);
        var otherwise = arguments.Get(0, "default", BigInteger.Zero);
        var radix = arguments.Integer(1, "base", 10);
        switch (value)
        {
            case double real:
                return double.IsFinite(real) ? new BigInteger(Math.Truncate(real)) : otherwise;
            case string text:
                return TryParseInteger(text, radix, out var parsed) ? parsed : TryParseReal(text, out var number) && double.IsFinite(number) ? new BigInteger(Math.Truncate(number)) : otherwise;
            case Undefined undefined:
                throw undefined.Error();
            default:
                return PythonNumber.TryInteger(value, out var integer) ? integer : otherwise;
        }
    }

    private static bool TryParseInteger(string text, int radix, out BigInteger value)
    {
        text = TextMethods.Strip(text, null, true, true).ToLowerInvariant();
        var negative = text.StartsWith('-');
        text = text.StartsWith('-') || text.StartsWith('+') ? text[1..] : text;
        var prefix = radix switch { 16 => "0x", 8 => "0o", 2 => "0b", _ => "" };
        text = prefix.Length > 0 && text.StartsWith(prefix, StringComparison.Ordinal) ? text[2..] : text;
        value = 0;
        if (text.Length is 0 or > 4000 || text[0] == '_' || text[^1] == '_')
        {
            return false;
        }

        foreach (var c in text.Replace("_", "", StringComparison.Ordinal))
        {
            var digit = CharUnicodeInfo.GetDecimalDigitValue(c) is var value10 and >= 0 ? value10 : c is >= 'a' and <= 'z' ? c - 'a' + 10 : 99;
            if (digit >= radix)
            {
                return false;
            }

            value = (value * radix) + digit;
        }

        value = negative ? -value : value;
        return true;
    }

    private static bool TryParseReal(string text, out double value)
    {
        text = TextMethods.Strip(text, null, true, true).ToLowerInvariant();
        value = text.TrimStart('+', '-') switch
        {
            "inf" or "infinity" => text.StartsWith('-') ? double.NegativeInfinity : double.PositiveInfinity,
            "nan" => double.NaN,
            _ => 0,
        };
        return value != 0 || double.TryParse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value);
    }

    private static object? Real(Evaluator evaluator, object? value, Arguments arguments) => value switch
    {
        string text => TryParseReal(text, out var number) ? number : arguments.Get(0, "default", 0.0),
        Undefined undefined => throw undefined.Error(),
        _ => PythonNumber.TryReal(value, out var real) ? real : arguments.Get(0, "default", 0.0),
    };

    private static object Round(Evaluator evaluator, object? value, Arguments arguments)
    {
        var digits = Math.Clamp(arguments.Integer(0, "precision", 0), -300, 300);
        var method = arguments.Text(1, "method", "common");
        if (!PythonNumber.TryReal(value, out var number))
        {
            throw PythonNumber.Unfit("round", value, value);
        }

        var scale = Math.Pow(10, digits);
        return method switch
        {
            "ceil" => Math.Ceiling(number * scale) / scale,
            "floor" => Math.Floor(number * scale) / scale,
            "common" when value is BigInteger && digits >= 0 => value,
            "common" when digits <= 0 => Math.Round(number * scale, MidpointRounding.ToEven) / scale,
            "common" => double.Parse(number.ToString("F" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            _ => throw arguments.Wrong("knows the methods common, ceil and floor"),
        };
    }
}
