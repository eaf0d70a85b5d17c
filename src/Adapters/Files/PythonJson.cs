using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LoraDiff.Adapters.Files;

/// <summary>JSON as Python's <c>json.dumps(value, indent=2, sort_keys=True)</c> writes it.</summary>
internal static class PythonJson
{
    public static string Write(object? value)
    {
        var text = new StringBuilder();
        Append(text, value, 0);
        return text.ToString();
    }

    private static void Append(StringBuilder text, object? value, int depth)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case string s:
                AppendString(text, s);
                break;
            case double number:
                text.Append(Float(number));
                break;
            case Number { Value: var number }:
                text.Append(number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? number.ToString("F0", CultureInfo.InvariantCulture) : Float(number));
                break;
            case int or long:
                text.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case JsonElement element:
                AppendElement(text, element, depth);
                break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                AppendMap(text, map, depth);
                break;
            case IEnumerable list:
                AppendList(text, list, depth);
                break;
            default:
                throw new ArgumentException($"No JSON form for {value.GetType()}.", nameof(value));
        }
    }

    private static void AppendElement(StringBuilder text, JsonElement element, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                AppendMap(text, element.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, (object?)p.Value)), depth);
                break;
            case JsonValueKind.Array:
                AppendList(text, element.EnumerateArray(), depth);
                break;
            case JsonValueKind.String:
                AppendString(text, element.GetString()!);
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static void AppendMap(StringBuilder text, IEnumerable<KeyValuePair<string, object?>> map, int depth)
        => AppendItems(text, '{', '}', map.OrderBy(pair => pair.Key, StringComparer.Ordinal), depth, pair =>
        {
            AppendString(text, pair.Key);
            text.Append(": ");
            Append(text, pair.Value, depth + 1);
        });

    private static void AppendList(StringBuilder text, IEnumerable list, int depth)
        => AppendItems(text, '[', ']', list.Cast<object?>(), depth, item => Append(text, item, depth + 1));

    private static void AppendItems<T>(StringBuilder text, char open, char close, IEnumerable<T> items, int depth, Action<T> append)
    {
        text.Append(open);
        var any = false;
        foreach (var item in items)
        {
            text.Append(any ? ",\n" : "\n").Append(' ', 2 * (depth + 1));
            append(item);
            any = true;
        }

        if (any)
        {
            text.Append('\n').Append(' ', 2 * depth);
        }

        text.Append(close);
    }

    // ensure_ascii: everything outside printable ASCII as \uXXXX, one escape for each UTF-16 unit.
    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' or > '~' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }

    // Python's repr of a float: shortest digits, always with a point or an exponent.
    private static string Float(double value)
    {
        var digits = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return digits.Contains('.', StringComparison.Ordinal) || digits.Contains('e', StringComparison.Ordinal) ? digits : digits + ".0";
    }

    /// <summary>A number written as an integer where it is one: an alpha, which Python users nearly always give as an integer.</summary>
    public readonly record struct Number(double Value);
}
