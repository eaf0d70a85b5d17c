using System.Text;
using System.Text.RegularExpressions;

namespace LoraDiff.Hub.Cache;

/// <summary>Include and exclude patterns as Python's <c>fnmatch.fnmatchcase</c> reads them: <c>*</c> crosses <c>/</c>, <c>?</c> is one character, <c>[abc]</c> and <c>[!abc]</c> are sets.</summary>
internal sealed class FilePatterns(IEnumerable<string> include, IEnumerable<string> exclude)
{
    private readonly Regex[] _include = [.. include.Select(Compile)];
    private readonly Regex[] _exclude = [.. exclude.Select(Compile)];

    internal bool Takes(string path) => (_include.Length == 0 || _include.Any(p => p.IsMatch(path))) && !_exclude.Any(p => p.IsMatch(path));

    private static Regex Compile(string pattern)
    {
        var text = pattern.Replace('\\', '/');
        text = text.EndsWith('/') ? text + "*" : text;
        var regex = new StringBuilder("^");
        for (var i = 0; i < text.Length; i++)
        {
            var close = text[i] == '[' && i + 2 < text.Length ? text.IndexOf(']', i + (text[i + 1] == '!' ? 3 : 2)) : -1;
            regex.Append(text[i] switch
            {
                '*' => ".*",
                '?' => ".",
                '[' when close > 0 => Set(text[(i + 1)..close]),
                var c => Regex.Escape(c.ToString()),
            });
            i = text[i] == '[' && close > 0 ? close : i;
        }
        return new(regex.Append("\\z").ToString(), RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    private static string Set(string inside)
    {
        var negated = inside[0] == '!';
        var members = (negated ? inside[1..] : inside).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal).Replace("^", "\\^", StringComparison.Ordinal);
        return $"[{(negated ? "^" : "")}{members}]";
    }
}
