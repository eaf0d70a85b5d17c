using System.Text.RegularExpressions;

namespace LoraDiff.Hub.Cards;

/// <summary>The part of a card's body between our two comments, and what the first of them remembers of the keys that we wrote.</summary>
internal sealed partial class CardSection
{
    private const string End = "<!-- loradiff:end -->";

    private readonly Match _match;

    private CardSection(Match match)
    {
        _match = match;
        Written = match.Success
            ? match.Groups["keys"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Where(pair => pair.Length == 2).DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
            : [];
    }

    /// <summary>Keys that an earlier push wrote, with the fingerprint of their values.</summary>
    public IReadOnlyDictionary<string, string> Written { get; }

    public static CardSection Find(string body) => new(Section().Match(body));

    /// <summary>The body with a new section in the place of the old one, or at its end.</summary>
    public string Replace(string body, string text, IReadOnlyList<KeyValuePair<string, object?>> keys, string newLine)
    {
        var written = string.Join(' ', keys.Select(pair => $"{pair.Key}={CardFingerprint.Of(pair.Value)}"));
        var section = $"<!-- loradiff:begin {written} -->\n<!-- Text between these comments is written anew by `loradiff push`; what stands outside is kept. -->\n\n{text.Trim()}\n\n{End}".ReplaceLineEndings(newLine);
        return _match.Success ? body[.._match.Index] + section + body[(_match.Index + _match.Length)..]
            : string.IsNullOrWhiteSpace(body) ? newLine + section + newLine
            : body.ReplaceLineEndings(newLine).TrimEnd('\r', '\n') + newLine + newLine + section + newLine;
    }

    [GeneratedRegex(@"<!-- loradiff:begin(?<keys>[^>]*?)-->[\s\S]*?<!-- loradiff:end -->", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Section();
}
