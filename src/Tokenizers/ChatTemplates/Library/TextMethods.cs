using System.Globalization;
using System.Numerics;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>The methods of Python's str.</summary>
internal static class TextMethods
{
    /// <summary>A method bound to its text, or null where there is none of that name.</summary>
    public static object? Find(Evaluator evaluator, string text, string name)
    {
        Func<Arguments, object?>? method = name switch
        {
            "strip" => a => Strip(text, a.OptionalText(0, "chars"), true, true),
            "lstrip" => a => Strip(text, a.OptionalText(0, "chars"), true, false),
            "rstrip" => a => Strip(text, a.OptionalText(0, "chars"), false, true),
            "split" => a => Split(evaluator, text, a),
            "rsplit" => a => SplitFromRight(evaluator, text, a),
            "splitlines" => a => SplitLines(text, a.Flag(0, "keepends", false)),
            "upper" => _ => PythonCase.Upper(text),
            "lower" or "casefold" => _ => PythonCase.Lower(text),
            "title" => _ => PythonCase.Title(text),
            "capitalize" => _ => PythonCase.Capitalize(text),
            "swapcase" => _ => PythonCase.Swap(text),
            "replace" => a => Replace(evaluator, text, RequireText(a, 0, "old"), RequireText(a, 1, "new"), a.Integer(2, "count", -1)),
            "startswith" => a => Within(text, a, out _) is { } part && Affix(a, affix => part.StartsWith(affix, StringComparison.Ordinal)),
            "endswith" => a => Within(text, a, out _) is { } part && Affix(a, affix => part.EndsWith(affix, StringComparison.Ordinal)),
            "removeprefix" => a => RequireText(a, 0, "prefix") is var part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text,
            "removesuffix" => a => RequireText(a, 0, "suffix") is var part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text,
            "find" => a => Find(text, a, last: false) ?? BigInteger.MinusOne,
            "rfind" => a => Find(text, a, last: true) ?? BigInteger.MinusOne,
            "index" => a => Find(text, a, last: false) ?? throw a.Wrong("was asked for text that is not there"),
            "rindex" => a => Find(text, a, last: true) ?? throw a.Wrong("was asked for text that is not there"),
            "count" => a => Within(text, a, out _) is { } part ? Count(part, RequireText(a, 0, "sub")) : BigInteger.Zero,
            "join" => a => Join(evaluator, text, a),
            "format" => a => TextFormat.Braces(evaluator, text, a),
            "zfill" => a => ZeroFill(evaluator, text, a.Integer(0, "width", 0)),
            "center" => a => Pad(evaluator, text, a, 0.5),
            "ljust" => a => Pad(evaluator, text, a, 0),
            "rjust" => a => Pad(evaluator, text, a, 1),
            "partition" => a => Partition(text, RequireText(a, 0, "sep"), fromRight: false),
            "rpartition" => a => Partition(text, RequireText(a, 0, "sep"), fromRight: true),
            "expandtabs" => a => evaluator.Budget.Charge(ExpandTabs(text, Math.Clamp(a.Integer(0, "tabsize", 8), 0, 100))),
            "isdigit" => _ => All(text, IsDigit),
            "isdecimal" => _ => All(text, cp => CharClass.Is(cp, CharClass.DecimalDigit)),
            "isnumeric" => _ => All(text, cp => CharClass.Is(cp, CharClass.Number)),
            "isalpha" => _ => All(text, cp => CharClass.Is(cp, CharClass.Letter)),
            "isalnum" => _ => All(text, cp => CharClass.Is(cp, CharClass.Letter | CharClass.Number)),
            "isspace" => _ => All(text, cp => cp < 0x10000 && PythonText.IsSpace((char)cp)),
            "isupper" => _ => PythonCase.Upper(text) == text && PythonCase.Lower(text) != text,
            "islower" => _ => PythonCase.Lower(text) == text && PythonCase.Upper(text) != text,
            "istitle" => _ => PythonCase.Title(text) == text && text.EnumerateRunes().Any(rune => PythonCase.IsCased(rune.Value)),
            "isascii" => _ => System.Text.Ascii.IsValid(text),
            "isidentifier" => _ => text.Length > 0 && !char.IsDigit(text[0]) && text.All(c => c == '_' || char.IsLetterOrDigit(c)),
            "isprintable" => _ => text.EnumerateRunes().All(rune => rune.Value == ' ' || !CharClass.Is(rune.Value, CharClass.Other | CharClass.Separator)),
            _ => null,
        };
        return method is null ? null : new Callable(name, arguments =>
        {
            Budget.Current?.Work(text.Length);
            Budget.Current?.Charge(2L * text.Length);
            return method(arguments);
        });
    }

    /// <summary>Takes characters off the ends: white space, or those of a text.</summary>
    public static string Strip(string text, string? characters, bool left, bool right)
    {
        var from = 0;
        var to = text.Length;
        if (characters is null)
        {
            while (left && from < to && PythonText.IsSpace(text[from]))
            {
                from++;
            }

            while (right && to > from && PythonText.IsSpace(text[to - 1]))
            {
                to--;
            }

            return text[from..to];
        }

        Budget.Current?.ChargeValues(characters.Length);
        var set = characters.EnumerateRunes().Select(rune => rune.Value).ToHashSet();
        while (left && from < to && set.Contains(CharClass.At(text, from, out var length)))
        {
            from += length;
        }

        while (right && to > from && set.Contains(CharClass.Before(text, to, out var length)))
        {
            to -= length;
        }

        return text[from..to];
    }

    /// <summary>Puts other text in the place of a part, at most so many times (−1: always).</summary>
    public static string Replace(Evaluator evaluator, string text, string old, string with, int count)
    {
        if (old.Length == 0)
        {
            return InsertEverywhere(evaluator, text, with, count);
        }

        var result = new StringBuilder();
        var from = 0;
        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0 && count != 0; at = text.IndexOf(old, from, StringComparison.Ordinal), count--)
        {
            evaluator.Budget.Step();
            evaluator.Budget.Charge(at - from + (long)with.Length);
            result.Append(text, from, at - from).Append(with);
            from = at + old.Length;
        }

        evaluator.Budget.Charge(2L * (result.Length + (long)text.Length - from));
        return evaluator.Budget.Charge(result.Append(text, from, text.Length - from).ToString());
    }

    /// <summary>Lines at all of Python's line ends.</summary>
    public static List<object?> SplitLines(string text, bool keepEnds = false)
    {
        var lines = new List<object?>();
        for (var from = 0; from < text.Length;)
        {
            var at = from;
            while (at < text.Length && text[at] is not ('\n' or '\r' or '\v' or '\f' or (>= '\x1C' and <= '\x1E') or '\x85' or '\u2028' or '\u2029'))
            {
                at++;
            }

            var end = at + (at == text.Length ? 0 : text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1);
            Budget.Current?.Step();
            lines.Add(text[from..(keepEnds ? end : at)]);
            from = end;
        }

        return lines;
    }

    private static string InsertEverywhere(Evaluator evaluator, string text, string with, int count)
    {
        var result = new StringBuilder();
        foreach (var character in PythonText.Characters(text))
        {
            evaluator.Budget.Charge(with.Length + 1L);
            evaluator.Budget.Step();
            result.Append(count-- != 0 ? with : "").Append(character);
            count = Math.Max(count, -1);
        }

        evaluator.Budget.Charge(result.Length + (long)with.Length);
        return result.Append(count != 0 ? with : "").ToString();
    }

    private static string RequireText(Arguments arguments, int index, string name)
    {
        arguments.Require(index, name);
        return arguments.Text(index, name, "");
    }

    private static List<object?> Split(Evaluator evaluator, string text, Arguments arguments)
    {
        var separator = arguments.OptionalText(0, "sep");
        var most = arguments.Integer(1, "maxsplit", -1);
        var parts = new List<object?>();
        if (separator is null)
        {
            SplitAtSpace(text, most, parts);
        }
        else
        {
            var from = 0;
            CheckSeparator(separator, arguments);
            for (var at = text.IndexOf(separator, StringComparison.Ordinal); at >= 0 && most != 0; at = text.IndexOf(separator, from, StringComparison.Ordinal), most--)
            {
                evaluator.Budget.Step();
                parts.Add(text[from..at]);
                from = at + separator.Length;
            }

            parts.Add(text[from..]);
        }

        evaluator.Budget.Work(text.Length + (long)parts.Count);
        return parts;
    }

    private static void SplitAtSpace(string text, int most, List<object?> parts)
    {
        for (var from = 0; ;)
        {
            while (from < text.Length && PythonText.IsSpace(text[from]))
            {
                from++;
            }

            if (from == text.Length)
            {
                return;
            }

            if (most-- == 0)
            {
                parts.Add(text[from..]);
                return;
            }

            var at = from;
            while (at < text.Length && !PythonText.IsSpace(text[at]))
            {
                at++;
            }

            Budget.Current?.Step();
            parts.Add(text[from..at]);
            from = at;
        }
    }

    private static List<object?> SplitFromRight(Evaluator evaluator, string text, Arguments arguments)
    {
        var separator = arguments.OptionalText(0, "sep");
        var most = arguments.Integer(1, "maxsplit", -1);
        var parts = new List<object?>();
        var to = text.Length;
        if (separator is null)
        {
            var words = new List<object?>();
            SplitAtSpace(text, -1, words);
            while (words.Count > 0 && most-- != 0)
            {
                to = text.LastIndexOf((string)words[^1]!, to - 1, StringComparison.Ordinal);
                parts.Add(words[^1]);
                words.RemoveAt(words.Count - 1);
            }

            if (words.Count > 0)
            {
                parts.Add(Strip(text[..to], null, false, true));
            }

            parts.Reverse();
        }
        else
        {
            CheckSeparator(separator, arguments);
            while (most-- != 0 && to >= separator.Length && text.AsSpan(0, to).LastIndexOf(separator, StringComparison.Ordinal) is var at and >= 0)
            {
                evaluator.Budget.Step();
                parts.Add(text[(at + separator.Length)..to]);
                to = at;
            }

            parts.Add(text[..to]);
            parts.Reverse();
        }

        evaluator.Budget.Work(text.Length + (long)parts.Count);
        return parts;
    }

    private static void CheckSeparator(string separator, Arguments arguments)
    {
        if (separator.Length == 0)
        {
            throw arguments.Wrong("cannot split by the empty text");
        }
    }

    private static bool Affix(Arguments arguments, Func<string, bool> has) => arguments.Require(0, "prefix") switch
    {
        string part => has(part),
        PythonTuple tuple => tuple.Items.Any(item => item is string part && has(part)),
        Undefined undefined => throw undefined.Error(),
        var value => throw arguments.Wrong($"needs text or a tuple of texts, not a {PythonText.TypeName(value)}"),
    };

    private static BigInteger? Find(string text, Arguments arguments, bool last)
    {
        var sub = RequireText(arguments, 0, "sub");
        if (Within(text, arguments, out var start) is not { } part)
        {
            return null;
        }

        var at = last ? part.LastIndexOf(sub, StringComparison.Ordinal) : part.IndexOf(sub, StringComparison.Ordinal);
        return at < 0 ? null : start + PythonText.Length(part[..at]);
    }

    // The part of a text that the second and third argument choose; null where it begins after the end.
    private static string? Within(string text, Arguments arguments, out int start)
    {
        start = 0;
        if (arguments.Positional.Count < 2)
        {
            return text;
        }

        var characters = PythonText.Characters(text);
        start = arguments.Get(1, "start") is null ? 0 : arguments.Integer(1, "start", 0);
        var end = arguments.Get(2, "end") is null ? characters.Count : arguments.Integer(2, "end", 0);
        start = Math.Max(start < 0 ? start + characters.Count : start, 0);
        end = Math.Min(end < 0 ? Math.Max(end + characters.Count, 0) : end, characters.Count);
        return start > end ? null : string.Concat(characters.Skip(start).Take(end - start));
    }

    private static string ExpandTabs(string text, int size)
    {
        var result = new StringBuilder();
        var column = 0;
        foreach (var character in PythonText.Characters(text))
        {
            if (character == "\t")
            {
                var spaces = size == 0 ? 0 : size - (column % size);
                Budget.Current?.Charge(spaces);
                result.Append(' ', spaces);
                column += spaces;
            }
            else
            {
                result.Append(character);
                column = character is "\n" or "\r" ? 0 : column + 1;
            }
        }

        return result.ToString();
    }

    private static BigInteger Count(string text, string part)
    {
        if (part.Length == 0)
        {
            return PythonText.Length(text) + 1;
        }

        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    private static string Join(Evaluator evaluator, string separator, Arguments arguments)
    {
        var items = evaluator.Iterate(arguments.Require(0, "iterable"));
        var texts = items.Select(item => item as string
            ?? throw ((item as Undefined)?.Error() ?? arguments.Wrong($"can join texts, not a {PythonText.TypeName(item)}"))).ToList();
        evaluator.Budget.Charge(texts.Sum(text => (long)text.Length + separator.Length));
        return string.Join(separator, texts);
    }

    private static string ZeroFill(Evaluator evaluator, string text, int width)
    {
        var missing = Math.Max(width - PythonText.Length(text), 0);
        evaluator.Budget.Charge(3L * missing);
        var sign = text.Length > 0 && text[0] is '-' or '+' ? 1 : 0;
        return text[..sign] + new string('0', missing) + text[sign..];
    }

    private static string Pad(Evaluator evaluator, string text, Arguments arguments, double left)
    {
        var missing = Math.Max(arguments.Integer(0, "width", 0) - PythonText.Length(text), 0);
        var fill = arguments.Text(1, "fillchar", " ");
        evaluator.Budget.Charge((long)missing * fill.Length * 3);
        return Pad(text, missing, fill, left);
    }

    /// <summary>Puts fill characters around text; of an odd number Python puts the odd one left when the width is odd.</summary>
    public static string Pad(string text, int missing, string fill, double left)
    {
        var width = missing + PythonText.Length(text);
        var before = left == 0.5 ? (missing / 2) + (missing & width & 1) : (int)(missing * left);
        return string.Concat(Enumerable.Repeat(fill, before)) + text + string.Concat(Enumerable.Repeat(fill, missing - before));
    }

    private static PythonTuple Partition(string text, string separator, bool fromRight)
    {
        var at = separator.Length == 0 ? -1 : fromRight ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        return at >= 0 ? new PythonTuple([text[..at], separator, text[(at + separator.Length)..]])
            : fromRight ? new PythonTuple(["", "", text])
            : new PythonTuple([text, "", ""]);
    }

    private static bool IsDigit(int codePoint)
    {
        Budget.Current?.Reserve(0);
        return CharUnicodeInfo.GetDigitValue(CharClass.ToText(codePoint), 0) >= 0;
    }

    private static bool All(string text, Func<int, bool> test) => text.Length > 0 && text.EnumerateRunes().All(rune => test(rune.Value));
}
