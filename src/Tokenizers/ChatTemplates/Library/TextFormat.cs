using System.Globalization;
using System.Numerics;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>Python's two ways of putting values into text: the % operator and str.format.</summary>
internal static class TextFormat
{
    /// <summary><c>'%s: %d' % (a, b)</c></summary>
    public static string Percent(Budget budget, string format, IReadOnlyList<object?> values)
    {
        var text = new StringBuilder();
        var used = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                text.Append(format[i]);
                continue;
            }

            i++;
            object? named = null;
            var hasName = i < format.Length && format[i] == '(';
            if (hasName)
            {
                var end = format.IndexOf(')', i);
                var name = end < 0 ? throw Error("has a '%(' without ')'") : format[(i + 1)..end];
                named = values is [PythonDict dict] && dict.TryGet(name, out var found) ? found : throw Error($"uses '{name}', which was not given");
                i = end + 1;
            }

            var start = i;
            while (i < format.Length && format[i] is '-' or '+' or ' ' or '0' or '#' or '.' or (>= '1' and <= '9'))
            {
                i++;
            }

            if (i == format.Length)
            {
                throw Error("ends within a '%'");
            }

            if (format[i] == '%')
            {
                text.Append('%');
                continue;
            }

            var value = hasName ? named : used < values.Count ? values[used++] : throw Error("uses more values than were given");
            budget.Step();
            Append(budget, text, One(budget, value, format[start..i], format[i]));
        }

        budget.Charge(text.Length);
        return used < values.Count && values is not [PythonDict] ? throw Error("was given more values than it uses") : text.ToString();
    }

    /// <summary><c>'{} {0} {name!r:&gt;10}'.format(…)</c></summary>
    public static string Braces(Evaluator evaluator, string format, Arguments arguments)
    {
        var text = new StringBuilder();
        var automatic = 0;
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
            {
                text.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw Error("has a '}' that closes nothing");
            }
            else if (c == '{')
            {
                var end = format.IndexOf('}', i);
                var field = end < 0 ? throw Error("has a '{' without '}'") : format[(i + 1)..end];
                evaluator.Budget.Step();
                Append(evaluator.Budget, text, Field(evaluator, field, arguments, ref automatic));
                i = end;
            }
            else
            {
                text.Append(c);
            }
        }

        evaluator.Budget.Charge(text.Length);
        return evaluator.Budget.Charge(text.ToString());
    }

    private static void Append(Budget budget, StringBuilder text, string part)
    {
        budget.Charge(part.Length);
        text.Append(part);
    }

    private static string Field(Evaluator evaluator, string field, Arguments arguments, ref int automatic)
    {
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        var spec = colon < 0 ? "" : field[(colon + 1)..];
        var name = colon < 0 ? field : field[..colon];
        var conversion = '\0';
        if (name.Length > 1 && name[^2] == '!')
        {
            (conversion, name) = (name[^1], name[..^2]);
        }

        var end = name.IndexOfAny(['.', '[']);
        var first = end < 0 ? name : name[..end];
        var index = first.Length == 0 ? automatic++ : int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : -1;
        if (!(index >= 0 ? index < arguments.Positional.Count : arguments.Named.Any(argument => argument.Name == first)))
        {
            throw Error($"uses '{first}', which was not given");
        }

        var value = index >= 0 ? arguments.Positional[index] : arguments.Get(-1, first);
        value = Walk(evaluator, value, end < 0 ? "" : name[end..]);
        value = conversion switch { 'r' or 'a' => PythonText.Repr(value), 's' => PythonText.Show(value), _ => value };
        return Spec(evaluator.Budget, value, spec);
    }

    private static object? Walk(Evaluator evaluator, object? value, string path)
    {
        for (var i = 0; i < path.Length;)
        {
            if (path[i] == '[')
            {
                var end = path.IndexOf(']', i);
                var key = end < 0 ? throw Error("has a '[' without ']'") : path[(i + 1)..end];
                value = Members.Item(evaluator, value, BigInteger.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : key);
                i = end + 1;
            }
            else
            {
                var end = path.IndexOfAny(['.', '['], i + 1);
                end = end < 0 ? path.Length : end;
                value = Members.Attribute(evaluator, value, path[(i + 1)..end]);
                i = end;
            }
        }

        return value;
    }

    // [[fill]align][sign][0][width][,][.precision][type]
    private static string Spec(Budget budget, object? value, string spec)
    {
        if (spec.Length == 0)
        {
            return PythonText.Show(value);
        }

        var (fill, align, i) = (' ', '\0', 0);
        if (spec.Length > 1 && spec[1] is '<' or '>' or '^' or '=')
        {
            (fill, align, i) = (spec[0], spec[1], 2);
        }
        else if (spec[0] is '<' or '>' or '^' or '=')
        {
            (align, i) = (spec[0], 1);
        }

        var type = char.IsAsciiLetter(spec[^1]) || spec[^1] == '%' ? spec[^1] : '\0';
        var flags = spec[i..(type == '\0' ? spec.Length : spec.Length - 1)];
        var commas = flags.Contains(',', StringComparison.Ordinal);
        var (sign, zero, width, precision) = ReadFlags(flags.Replace(",", "", StringComparison.Ordinal));
        if (value is string or null || type == 's')
        {
            var text = PythonText.Show(value);
            return Pad(budget, precision >= 0 && precision < PythonText.Length(text) ? string.Concat(PythonText.Characters(text).Take(precision)) : text, width, fill, align == '\0' ? '<' : align);
        }

        var number = Number(value, type, precision, commas, sign);
        return Pad(budget, number, width, zero && align == '\0' ? '0' : fill, align == '\0' ? (zero ? '=' : '>') : align);
    }

    private static string One(Budget budget, object? value, string flags, char type)
    {
        var left = flags.Contains('-', StringComparison.Ordinal);
        var (sign, zero, width, precision) = ReadFlags(flags.Replace("-", "", StringComparison.Ordinal).Replace("#", "", StringComparison.Ordinal));
        switch (type)
        {
            case 's' or 'r' or 'a':
                var text = type == 's' ? PythonText.Show(value) : PythonText.Repr(value);
                text = precision >= 0 && precision < text.Length ? string.Concat(PythonText.Characters(text).Take(precision)) : text;
                return Pad(budget, text, width, ' ', left ? '<' : '>');
            case 'd' or 'i' or 'u':
                value = value is double real ? new BigInteger(Math.Truncate(real)) : value;
                return Pad(budget, Number(value, 'd', -1, false, sign), width, zero && !left ? '0' : ' ', left ? '<' : zero ? '=' : '>');
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G' or 'x' or 'X' or 'o':
                return Pad(budget, Number(value, type, precision, false, sign), width, zero && !left ? '0' : ' ', left ? '<' : zero ? '=' : '>');
            case 'c':
                return PythonNumber.TryInteger(value, out var code) ? char.ConvertFromUtf32((int)code) : PythonText.Show(value);
            default:
                throw Error($"has '%{type}', which is not supported");
        }
    }

    private static (char Sign, bool Zero, int Width, int Precision) ReadFlags(string flags)
    {
        var sign = flags.StartsWith('+') ? '+' : flags.StartsWith(' ') ? ' ' : '\0';
        flags = flags.TrimStart('+', ' ');
        var zero = flags.StartsWith('0');
        var dot = flags.IndexOf('.', StringComparison.Ordinal);
        return (sign, zero, Digits(dot < 0 ? flags : flags[..dot], 0), dot < 0 ? -1 : Digits(flags[(dot + 1)..], 0));
    }

    private static int Digits(string text, int otherwise)
        => text.Length == 0 ? otherwise : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= 10_000 ? value : throw Error($"has the width '{text}'");

    private static string Number(object? value, char type, int precision, bool commas, char sign)
    {
        var culture = CultureInfo.InvariantCulture;
        string text;
        if (type is 'd' or 'x' or 'X' or 'o' or 'b' or 'n' || (type == '\0' && precision < 0 && PythonNumber.TryInteger(value, out _)))
        {
            var number = PythonNumber.TryInteger(value, out var integer) ? integer : throw Unfit(value, type);
            text = type switch
            {
                'x' => Radix(number, 16),
                'X' => Radix(number, 16).ToUpperInvariant(),
                'o' => Radix(number, 8),
                'b' => Radix(number, 2),
                _ => number.ToString(commas ? "N0" : "R", culture),
            };
        }
        else
        {
            var real = PythonNumber.TryReal(value, out var number) ? number : throw Unfit(value, type);
            var digits = precision < 0 ? 6 : precision;
            text = type switch
            {
                'f' or 'F' => real.ToString((commas ? "N" : "F") + digits.ToString(culture), culture),
                'e' or 'E' => Exponent(real.ToString((type == 'e' ? "0." : "0.") + new string('0', digits) + (type == 'e' ? "e+00" : "E+00"), culture)),
                '%' => (real * 100).ToString("F" + digits.ToString(culture), culture) + "%",
                'g' or 'G' => PythonNumber.Show(double.Parse(real.ToString("G" + Math.Max(digits, 1).ToString(culture), culture), culture)) is var general && general.EndsWith(".0", StringComparison.Ordinal) ? general[..^2] : PythonNumber.Show(double.Parse(real.ToString("G" + Math.Max(digits, 1).ToString(culture), culture), culture)),
                _ => PythonNumber.Show(real),
            };
        }

        return sign != '\0' && !text.StartsWith('-') ? sign + text : text;
    }

    private static string Exponent(string text) => text.Replace(".e", "e", StringComparison.Ordinal).Replace(".E", "E", StringComparison.Ordinal);

    private static string Radix(BigInteger number, int radix)
    {
        var digits = new StringBuilder();
        for (var rest = BigInteger.Abs(number); !rest.IsZero || digits.Length == 0; rest /= radix)
        {
            Budget.Current?.Step();
            digits.Insert(0, "0123456789abcdef"[(int)(rest % radix)]);
        }

        return (number.Sign < 0 ? "-" : "") + digits;
    }

    private static string Pad(Budget budget, string text, int width, char fill, char align)
    {
        var missing = width - PythonText.Length(text);
        if (missing <= 0)
        {
            return text;
        }

        budget.Charge(2L * (text.Length + (long)missing));
        return align switch
        {
            '<' => text + new string(fill, missing),
            '^' => new string(fill, missing / 2) + text + new string(fill, missing - (missing / 2)),
            '=' when text.Length > 0 && text[0] is '-' or '+' => text[0] + new string(fill, missing) + text[1..],
            _ => new string(fill, missing) + text,
        };
    }

    private static ChatTemplateException Unfit(object? value, char type)
        => (value as Undefined)?.Error() ?? Error($"wants a number for '{type}', not a {PythonText.TypeName(value)}");

    private static ChatTemplateException Error(string what) => new(ChatTemplateError.Type, $"A format text {what}.");
}
