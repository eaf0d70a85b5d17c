using System.Text;
using System.Text.RegularExpressions;

namespace LoraDiff.Adapters.Matching;

/// <summary>
/// Patterns in Python's syntax, run by .NET. Patterns come from downloaded files: every match has a time limit, and what .NET cannot express is an error that names
/// the key.
/// </summary>
internal static class PythonRegex
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(1);

    /// <summary>Python's <c>re.fullmatch</c>.</summary>
    public static Regex FullMatch(string pattern, string key) => Compile(pattern, key, translated => $@"\A(?:{translated})\z");

    /// <summary>Python's <c>re.match</c> of a pattern put between two pieces of our own.</summary>
    public static Regex Match(string before, string pattern, string after, string key)
        => Compile(pattern, key, translated => $@"\A{before}{translated}{after}");

    /// <summary>Whether the name matches.</summary>
    public static bool Matches(Regex regex, string name, string key)
    {
        try
        {
            return regex.IsMatch(name);
        }
        catch (RegexMatchTimeoutException error)
        {
            throw new AdapterException($"The pattern '{regex}' of {key} took more than {TimeLimit.TotalSeconds} s on '{name}'; simplify it.", error);
        }
    }

    private static Regex Compile(string pattern, string key, Func<string, string> wrap)
    {
        try
        {
            return new Regex(wrap(Translate(pattern)), RegexOptions.CultureInvariant, TimeLimit);
        }
        catch (ArgumentException error)
        {
            throw new AdapterException($"'{pattern}' in {key} is not a regular expression that can be run here: {error.Message}", error);
        }
    }

    private static string Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 8);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest[0] == '\\' && rest.Length > 1)
            {
                text.Append(rest[1] == 'Z' ? @"\z" : rest[..2]);
                i++;
            }
            else if (inClass)
            {
                // In .NET an inner '[' may start a subtraction; in Python it is a character.
                text.Append(rest[0] == '[' ? @"\[" : rest[..1]);
                inClass = rest[0] != ']';
            }
            else if (rest.StartsWith("[^]") || rest.StartsWith("[]"))
            {
                // A ']' right after the opening is a character of the class.
                var opening = rest[1] == '^' ? 3 : 2;
                text.Append(rest[..(opening - 1)]).Append(@"\]");
                i += opening - 1;
                inClass = true;
            }
            else if (rest.StartsWith("(?P<"))
            {
                text.Append("(?<");
                i += 3;
            }
            else if (rest.StartsWith("(?P="))
            {
                var end = pattern.IndexOf(')', i);
                text.Append(end < 0 ? rest : $@"\k<{pattern[(i + 4)..end]}>");
                i = end < 0 ? pattern.Length : end;
            }
            else if (rest.StartsWith("{,"))
            {
                text.Append("{0,");
                i++;
            }
            else
            {
                text.Append(rest[0]);
                inClass = rest[0] == '[';
            }
        }

        return text.ToString();
    }
}
