using System.Globalization;
using System.Numerics;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Running;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Writes values as Python's json.dumps does, which no setting of System.Text.Json gives.</summary>
internal sealed class PythonJson
{
    // An escaped character: its digits as text of their own, and six characters.
    private const int EscapeBytes = 48;

    /// <summary>What one more level is indented by; null writes everything on one line.</summary>
    public string? Indent { get; init; }

    public required string ItemSeparator { get; init; }

    public string KeySeparator { get; init; } = ": ";

    public bool SortKeys { get; init; }

    public bool AsciiOnly { get; init; }

    public string Write(object? value)
    {
        var text = new StringBuilder();
        Write(value, text, 0);
        Budget.Current?.Charge(text.Length);
        return text.ToString();
    }

    private void Write(object? value, StringBuilder text, int level)
    {
        PythonCompare.Walk();
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case BigInteger number:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                text.Append(Show(number));
                break;
            case string s:
                Quote(s, text);
                break;
            case List<object?> list:
                WriteList(list, text, level);
                break;
            case PythonTuple tuple:
                WriteList(tuple.Items, text, level);
                break;
            case PythonDict dict:
                WriteDict(dict, text, level);
                break;
            default:
                throw new ChatTemplateException(ChatTemplateError.Type, $"A {PythonText.TypeName(value)} cannot be written as JSON.");
        }
    }

    private static string Show(double number)
        => double.IsNaN(number) ? "NaN" : double.IsInfinity(number) ? (number > 0 ? "Infinity" : "-Infinity") : PythonNumber.Show(number);

    private void WriteList(IReadOnlyList<object?> items, StringBuilder text, int level)
    {
        if (items.Count == 0)
        {
            text.Append("[]");
            return;
        }

        text.Append('[');
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i > 0 ? ItemSeparator : "");
            NewLine(text, level + 1);
            Write(items[i], text, level + 1);
        }

        NewLine(text, level);
        text.Append(']');
    }

    private void WriteDict(PythonDict dict, StringBuilder text, int level)
    {
        if (dict.Count == 0)
        {
            text.Append("{}");
            return;
        }

        text.Append('{');
        Budget.Current?.ChargeValues(SortKeys ? dict.Count : 0);
        var items = SortKeys ? dict.Items.OrderBy(item => item.Key, Comparer<object?>.Create((a, b) => PythonCompare.Order("<", a, b))) : dict.Items;
        var first = true;
        foreach (var (key, value) in items)
        {
            text.Append(first ? "" : ItemSeparator);
            first = false;
            NewLine(text, level + 1);
            Quote(KeyText(key), text);
            text.Append(KeySeparator);
            Write(value, text, level + 1);
        }

        NewLine(text, level);
        text.Append('}');
    }

    private static string KeyText(object? key) => key switch
    {
        string text => text,
        null => "null",
        bool flag => flag ? "true" : "false",
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        double number => Show(number),
        _ => throw new ChatTemplateException(ChatTemplateError.Type, $"A {PythonText.TypeName(key)} cannot be a key in JSON."),
    };

    private void NewLine(StringBuilder text, int level)
    {
        if (Indent is not null)
        {
            text.Append('\n');
            for (var i = 0; i < level; i++)
            {
                Budget.Current?.Charge(Indent.Length);
                text.Append(Indent);
            }
        }
    }

    private void Quote(string value, StringBuilder text)
    {
        Budget.Current?.Work(value.Length);
        Budget.Current?.Reserve((long)value.Length * (AsciiOnly || value.AsSpan().ContainsAnyInRange('\0', '\x1F') ? EscapeBytes : 2 * sizeof(char)));
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
                _ when c < ' ' || (AsciiOnly && c > '~') => text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }

        text.Append('"');
    }
}
