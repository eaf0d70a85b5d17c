using System.Globalization;
using System.Numerics;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Python's str and repr, and text counted in code points.</summary>
internal static class PythonText
{
    /// <summary>Python's white space: Unicode's and the four information separators.</summary>
    public static bool IsSpace(char c) => CharClass.Is(c, CharClass.Space) || c is >= '\x1C' and <= '\x1F';

    public static string TypeName(object? value) => value switch
    {
        null => "None",
        bool => "truth value",
        BigInteger => "whole number",
        double => "float",
        string => "text",
        List<object?> => "list",
        PythonTuple => "tuple",
        PythonDict => "dictionary",
        PythonRange => "range",
        PythonSequence sequence => sequence.View ?? "generator",
        Undefined => "undefined value",
        Namespace => "namespace",
        Callable => "function",
        _ => value.GetType().Name,
    };

    /// <summary>Python's str.</summary>
    public static string Show(object? value) => value switch
    {
        string text => text,
        Undefined => "",
        _ => Repr(value),
    };

    /// <summary>Python's repr.</summary>
    public static string Repr(object? value)
    {
        var result = new StringBuilder();
        Repr(value, result);
        Budget.Current?.Charge(result.Length);
        return result.ToString();
    }

    public static int Length(string text)
    {
        Budget.Current?.Work(text.Length);
        var count = text.Length;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && char.IsLowSurrogate(text[i + 1]))
            {
                count--;
                i++;
            }
        }

        return count;
    }

    /// <summary>The characters of a text, each as text.</summary>
    public static List<string> Characters(string text)
    {
        Budget.Current?.Work(text.Length);
        Budget.Current?.ChargeValues(text.Length);
        var result = new List<string>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            _ = CharClass.At(text, i, out var length);
            result.Add(text.Substring(i, length));
            i += length;
        }

        return result;
    }

    private static void Repr(object? value, StringBuilder into)
    {
        PythonCompare.Walk();
        switch (value)
        {
            case null:
                into.Append("None");
                break;
            case bool flag:
                into.Append(flag ? "True" : "False");
                break;
            case BigInteger number:
                into.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                into.Append(PythonNumber.Show(number));
                break;
            case string text:
                Quote(text, into);
                break;
            case Undefined:
                into.Append("Undefined");
                break;
            case List<object?> list:
                Join(list, into, '[', ']');
                break;
            case PythonTuple { Items: [var only] }:
                into.Append('(');
                Repr(only, into);
                into.Append(",)");
                break;
            case PythonTuple tuple:
                Join(tuple.Items, into, '(', ')');
                break;
            case PythonDict dict:
                ReprDict(dict.Items, into);
                break;
            case PythonRange range:
                into.Append("range(").Append(range.Start).Append(", ").Append(range.Stop).Append(range.Step.IsOne ? "" : ", " + range.Step).Append(')');
                break;
            case PythonSequence { View: { } view } sequence:
                into.Append(view).Append('(');
                Join(sequence.Items, into, '[', ']');
                into.Append(')');
                break;
            case Namespace space:
                into.Append("<Namespace ");
                ReprDict(space.Members.Select(member => ((object?)member.Key, member.Value)), into);
                into.Append('>');
                break;
            case Callable callable:
                into.Append("<function ").Append(callable.Name).Append('>');
                break;
            default:
                into.Append('<').Append(TypeName(value)).Append(" object>");
                break;
        }
    }

    private static void Join(IReadOnlyList<object?> items, StringBuilder into, char open, char close)
    {
        into.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            into.Append(i > 0 ? ", " : "");
            Repr(items[i], into);
        }

        into.Append(close);
    }

    private static void ReprDict(IEnumerable<(object? Key, object? Value)> items, StringBuilder into)
    {
        into.Append('{');
        var first = true;
        foreach (var (key, item) in items)
        {
            into.Append(first ? "" : ", ");
            Repr(key, into);
            into.Append(": ");
            Repr(item, into);
            first = false;
        }

        into.Append('}');
    }

    private static void Quote(string text, StringBuilder into)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        Budget.Current?.Work(text.Length);
        Budget.Current?.Charge(text.Length);
        into.Append(quote);
        for (var i = 0; i < text.Length;)
        {
            var cp = CharClass.At(text, i, out var length);
            switch (cp)
            {
                case '\n':
                    into.Append("\\n");
                    break;
                case '\r':
                    into.Append("\\r");
                    break;
                case '\t':
                    into.Append("\\t");
                    break;
                case '\\':
                    into.Append("\\\\");
                    break;
                case var c when c == quote:
                    into.Append('\\').Append(quote);
                    break;
                case ' ':
                    into.Append(' ');
                    break;
                case var c when CharClass.Is(c, CharClass.Other | CharClass.Separator):
                    Budget.Current?.Step();
                    into.Append(c < 0x100 ? "\\x" : c < 0x10000 ? "\\u" : "\\U")
                        .Append(c.ToString(c < 0x100 ? "x2" : c < 0x10000 ? "x4" : "x8", CultureInfo.InvariantCulture));
                    break;
                default:
                    into.Append(text, i, length);
                    break;
            }

            i += length;
        }

        into.Append(quote);
    }
}
