using System.Globalization;
using System.Numerics;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Python's arithmetic: whole numbers of any size, floats, and truth values that count as 0 and 1.</summary>
internal static class PythonNumber
{
    private const int MaximumBits = 100_000;

    /// <summary>A whole number or truth value.</summary>
    public static bool TryInteger(object? value, out BigInteger integer)
    {
        integer = value switch { BigInteger number => number, bool flag => flag ? 1 : 0, _ => 0 };
        return value is BigInteger or bool;
    }

    /// <summary>Any number as a float.</summary>
    public static bool TryReal(object? value, out double real)
    {
        real = value switch { double number => number, BigInteger number => Round(number), bool flag => flag ? 1 : 0, _ => 0 };
        return value is double or BigInteger or bool;
    }

    public static object Calculate(string op, object? left, object? right)
    {
        if (TryInteger(left, out var a) && TryInteger(right, out var b) && op != "/" && !(op == "**" && b < 0))
        {
            return Whole(op, a, b);
        }

        return TryReal(left, out var x) && TryReal(right, out var y) ? Real(op, x, y) : throw Unfit(op, left, right);
    }

    public static ChatTemplateException Unfit(string op, object? left, object? right)
        => (left as Undefined ?? right as Undefined)?.Error()
            ?? new ChatTemplateException(ChatTemplateError.Type, $"'{op}' does not go with a {PythonText.TypeName(left)} and a {PythonText.TypeName(right)}.");

    /// <summary>Python's repr of a float: the shortest digits that give it back.</summary>
    public static string Show(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        var exponent = value == 0 ? 0 : int.Parse(text[(text.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        var sign = shortest.StartsWith('-') ? "-" : "";
        var mantissa = shortest.TrimStart('-').Split('E')[0];
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('0').TrimEnd('0');
        if (digits.Length == 0)
        {
            return sign + "0.0";
        }

        // Rounding to the shortest digits can carry into the next power of ten.
        exponent = shortest.Contains('E', StringComparison.Ordinal)
            ? int.Parse(shortest[(shortest.IndexOf('E', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)
            : exponent;
        if (exponent is < -4 or >= 16)
        {
            var fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture)}";
        }

        if (exponent < 0)
        {
            return sign + "0." + new string('0', -exponent - 1) + digits;
        }

        return digits.Length > exponent + 1
            ? sign + digits[..(exponent + 1)] + "." + digits[(exponent + 1)..]
            : sign + digits + new string('0', exponent + 1 - digits.Length) + ".0";
    }

    private static BigInteger Whole(string op, BigInteger a, BigInteger b)
    {
        switch (op)
        {
            case "+":
                return a + b;
            case "-":
                return a - b;
            case "*":
                return a.GetBitLength() + b.GetBitLength() <= MaximumBits ? a * b : throw TooLarge();
            case "**":
                return (double)a.GetBitLength() * (double)b <= MaximumBits || BigInteger.Abs(a) <= 1
                    ? BigInteger.Pow(a, (int)(BigInteger.Abs(a) <= 1 ? b % 2 + (b > 1 ? 2 : 0) : b))
                    : throw TooLarge();
        }

        if (b.IsZero)
        {
            throw new ChatTemplateException(ChatTemplateError.Type, $"'{op}' by zero.");
        }

        // Python rounds towards minus infinity.
        var quotient = BigInteger.DivRem(a, b, out var rest);
        var isBelow = !rest.IsZero && (rest.Sign < 0) != (b.Sign < 0);
        return op == "//" ? quotient - (isBelow ? 1 : 0) : rest + (isBelow ? b : 0);
    }

    private static double Real(string op, double x, double y)
    {
        if (y == 0 && op is "/" or "//" or "%")
        {
            throw new ChatTemplateException(ChatTemplateError.Type, $"'{op}' by zero.");
        }

        return op switch
        {
            "+" => x + y,
            "-" => x - y,
            "*" => x * y,
            "/" => x / y,
            "//" => Math.Floor(x / y),
            "%" => x - (Math.Floor(x / y) * y),
            _ => Math.Pow(x, y),
        };
    }

    // BigInteger's own conversion cuts digits off where Python rounds.
    private static double Round(BigInteger number)
        => BigInteger.Abs(number) <= 1L << 53 ? (double)number : double.Parse(number.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static ChatTemplateException TooLarge() => new(ChatTemplateError.Limit, "The chat template computes a number that is too large.");
}
