using System.Text.RegularExpressions;

namespace LoraDiff.Hub.Cards;

/// <summary>A <c>README.md</c> as the Hub reads it: YAML front matter between two lines of <c>---</c>, and Markdown.</summary>
/// <remarks>Keys that nobody sets keep their text, comments and order, so that a card which someone has edited is written back as it was.</remarks>
public sealed partial class ModelCard
{
    /// <summary>Name of the card's file at the root of a repository.</summary>
    public const string FileName = "README.md";

    private ModelCard(CardMetadata metadata, string body) => (Metadata, Body) = (metadata, body);

    /// <summary>Makes an empty card.</summary>
    public ModelCard()
        : this(new CardMetadata([], "\n"), "")
    {
    }

    /// <summary>The front matter.</summary>
    public CardMetadata Metadata { get; }

    /// <summary>The Markdown after the front matter.</summary>
    public string Body { get; set; }

    /// <summary>Reads a card; a text without front matter is all body.</summary>
    /// <param name="text">The file's text, with LF or CRLF, with or without a byte order mark.</param>
    /// <exception cref="ModelCardException">The front matter is not a YAML mapping; the message names the line.</exception>
    public static ModelCard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var plain = text.TrimStart('\uFEFF');
        var match = FrontMatter().Match(plain);
        var newLine = plain.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        if (!match.Success)
        {
            return new ModelCard(new CardMetadata([], newLine), plain);
        }

        var yaml = match.Groups["yaml"].Value;
        var firstLine = match.Groups["open"].Value.Count(c => c == '\n') + 1;
        return new ModelCard(new CardMetadata(CardYaml.Split(yaml, newLine, firstLine), newLine), plain[match.Length..]);
    }

    /// <summary>The card as text, in the line ends that it was read with (LF for a new one); without any key there is no front matter.</summary>
    public override string ToString()
    {
        var newLine = Metadata.NewLine;
        var front = Metadata.ToYaml();
        return front.Length == 0 ? Body : $"---{newLine}{front}---{newLine}{Body}";
    }

    // What the Hub's own reader takes for front matter: an empty one needs an empty line between the marks.
    [GeneratedRegex(@"\A(?<open>\s*---[\r\n]+)(?<yaml>[\s\S]*?)(?:[\r\n]+---(?:\r\n|\n|\z))", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex FrontMatter();
}
