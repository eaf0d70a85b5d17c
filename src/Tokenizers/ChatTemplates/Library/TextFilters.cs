using System.Numerics;
using System.Text;
using LoraDiff.Tokenizers.ChatTemplates.Running;
using LoraDiff.Tokenizers.ChatTemplates.Values;

namespace LoraDiff.Tokenizers.ChatTemplates.Library;

/// <summary>Filters of text. What is no text is shown as text first.</summary>
internal static class TextFilters
{
    public static void AddTo(Dictionary<string, FilterFunction> filters)
    {
        filters["upper"] = (e, value, _) => e.Budget.Charge(PythonCase.Upper(PythonText.Show(value)));
        filters["lower"] = (e, value, _) => e.Budget.Charge(PythonCase.Lower(PythonText.Show(value)));
        filters["capitalize"] = (e, value, _) => e.Budget.Charge(PythonCase.Capitalize(PythonText.Show(value)));
        filters["title"] = (e, value, _) => e.Budget.Charge(Title(PythonText.Show(value)));
        filters["trim"] = (e, value, a) => e.Budget.Charge(TextMethods.Strip(PythonText.Show(value), a.OptionalText(0, "chars"), true, true));
        filters["replace"] = Replace;
        filters["indent"] = Indent;
        filters["truncate"] = Truncate;
        filters["wordcount"] = (_, value, _) => WordCount(PythonText.Show(value));
        filters["wordwrap"] = WordWrap;
        filters["center"] = Center;
        filters["format"] = (e, value, a) => e.Budget.Charge(TextFormat.Percent(e.Budget, PythonText.Show(value), a.Named.Count > 0 ? [Named(a)] : a.Positional));
        filters["escape"] = filters["e"] = filters["forceescape"] = Escape;
        filters["striptags"] = (e, value, _) => e.Budget.Charge(StripTags(PythonText.Show(value)));
        filters["urlencode"] = UrlEncode;
    }

    private static PythonDict Named(Arguments arguments)
    {
        var dict = new PythonDict();
        foreach (var (name, value) in arguments.Named)
        {
            dict.Set(name, value);
        }

        return dict;
    }

    // Words begin after white space, a hyphen or an opening bracket.
    private static string Title(string text)
    {
        var result = new StringBuilder(text.Length);
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is '-' or '(' or '{' or '[' or '<' || PythonText.IsSpace(text[i]))
            {
                Budget.Current?.Step();
                result.Append(CapitalizeUpper(text[start..i]));
                result.Append(i < text.Length ? text[i].ToString() : "");
                start = i + 1;
            }
        }

        return result.ToString();
    }

    private static string CapitalizeUpper(string word)
    {
        if (word.Length == 0)
        {
            return word;
        }

        var first = char.IsHighSurrogate(word[0]) && word.Length > 1 ? 2 : 1;
        return PythonCase.Upper(word[..first]) + PythonCase.Lower(word[first..]);
    }

    private static string Replace(Evaluator evaluator, object? value, Arguments arguments)
        => TextMethods.Replace(
            evaluator, PythonText.Show(value), PythonText.Show(arguments.Require(0, "old")), PythonText.Show(arguments.Require(1, "new")),
            arguments.Get(2, "count") is null ? -1 : arguments.Integer(2, "count", -1));

    private static string Indent(Evaluator evaluator, object? value, Arguments arguments)
    {
        var indent = arguments.Get(0, "width") is string text ? text : new string(' ', Math.Clamp(arguments.Integer(0, "width", 4), 0, 10_000));
        var first = arguments.Flag(1, "first", false);
        var blank = arguments.Flag(2, "blank", false);
        var lines = TextMethods.SplitLines(PythonText.Show(value) + "\n");
        evaluator.Budget.Charge((long)lines.Count * indent.Length);
        var result = new StringBuilder(first ? indent : "");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = (string)lines[i]!;
            result.Append(i > 0 ? "\n" : "").Append(i > 0 && (blank || line.Length > 0) ? indent : "").Append(line);
        }

        return evaluator.Budget.Charge(result.ToString());
    }

    private static string Truncate(Evaluator evaluator, object? value, Arguments arguments)
    {
        var characters = PythonText.Characters(PythonText.Show(value));
        var length = arguments.Integer(0, "length", 255);
        var cutsWords = arguments.Flag(1, "killwords", false);
        var end = arguments.Text(2, "end", "...");
        var leeway = arguments.Get(3, "leeway") is null ? 5 : arguments.Integer(3, "leeway", 5);
        var keep = length - PythonText.Length(end);
        if (keep < 0 || leeway < 0)
        {
            throw arguments.Wrong("was given a length that is shorter than what it ends in");
        }

        if (characters.Count <= (long)length + leeway)
        {
            return string.Concat(characters);
        }

        var kept = string.Concat(characters.Take(keep));
        var space = cutsWords ? -1 : kept.LastIndexOf(' ');
        return evaluator.Budget.Charge((space >= 0 ? kept[..space] : kept) + end);
    }

    private static BigInteger WordCount(string text)
    {
        var count = 0;
        var inWord = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = Unicode.CharClass.Is(rune.Value, Unicode.CharClass.Word) || rune.Value == '_';
            count += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return count;
    }

    private static string WordWrap(Evaluator evaluator, object? value, Arguments arguments)
    {
        var width = arguments.Integer(0, "width", 79);
        var breaksWords = arguments.Flag(1, "break_long_words", true);
        var newline = arguments.Get(2, "wrapstring") is null ? "\n" : arguments.Text(2, "wrapstring", "\n");
        if (width <= 0)
        {
            throw arguments.Wrong("needs a width above 0");
        }

        var lines = TextMethods.SplitLines(PythonText.Show(value)).SelectMany(line => Wrap(evaluator.Budget, (string)line!, width, breaksWords));
        return evaluator.Budget.Charge(string.Join(newline, lines));
    }

    private static IEnumerable<string> Wrap(Budget budget, string line, int width, bool breaksWords)
    {
        var current = new StringBuilder();
        budget.ChargeValues(line.Length);
        foreach (var word in line.Split(' '))
        {
            budget.Step();
            var rest = word;
            if (current.Length > 0 && current.Length + 1 + rest.Length > width)
            {
                yield return current.ToString();
                current.Clear();
            }
            else if (current.Length > 0)
            {
                current.Append(' ');
            }

            for (; breaksWords && rest.Length > width; rest = rest[width..])
            {
                budget.Charge(rest.Length);
                yield return rest[..width];
            }

            current.Append(rest);
        }

        yield return current.ToString();
    }

    private static string Center(Evaluator evaluator, object? value, Arguments arguments)
    {
        var text = PythonText.Show(value);
        var missing = Math.Max(arguments.Integer(0, "width", 80) - PythonText.Length(text), 0);
        evaluator.Budget.Charge(missing);
        return TextMethods.Pad(text, missing, " ", 0.5);
    }

    private static string Escape(Evaluator evaluator, object? value, Arguments arguments)
    {
        var text = PythonText.Show(value);
        evaluator.Budget.Charge(text.Length * 15L);
        return text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&#34;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);
    }

    private static string StripTags(string text)
    {
        Budget.Current?.ChargeValues(text.Length);
        var result = new StringBuilder();
        var last = text.LastIndexOf('>');
        for (var at = 0; at < text.Length;)
        {
            var end = text[at] == '<' && at < last ? text.IndexOf('>', at) : -1;
            if (end >= 0)
            {
                at = end + 1;
            }
            else
            {
                result.Append(text[at++]);
            }
        }

        return string.Join(' ', result.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string UrlEncode(Evaluator evaluator, object? value, Arguments arguments)
    {
        if (value is string text)
        {
            evaluator.Budget.Charge(text.Length * 18L);
            return evaluator.Budget.Charge(Uri.EscapeDataString(text).Replace("%2F", "/", StringComparison.Ordinal));
        }

        var pairs = value is PythonDict dict ? dict.Items.Select(item => (item.Key, item.Value)) : evaluator.Iterate(value).Select(item => evaluator.Iterate(item)).Select(item => (item[0], item[1]));
        return evaluator.Budget.Charge(string.Join('&', pairs.Select(pair => Encoded(evaluator, pair.Item1) + "=" + Encoded(evaluator, pair.Item2))));
    }

    private static string Encoded(Evaluator evaluator, object? value)
    {
        var text = PythonText.Show(value);
        evaluator.Budget.Work(text.Length);
        evaluator.Budget.Charge(text.Length * 18L);
        return Uri.EscapeDataString(text);
    }
}
