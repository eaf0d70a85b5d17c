using System.Text.Json;
using LoraDiff.Fixtures;
using LoraDiff.Tokenizers.PreTokenizers;
using LoraDiff.Tokenizers.Regexes;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>Published split patterns, with the pieces that Oniguruma makes.</summary>
[Trait("Category", "Conformance")]
public sealed class SplitRegexConformanceTests
{
    public static IEnumerable<object[]> Cases()
    {
        if (FixtureFolder.Find("split_regex") is not { } folder)
        {
            return Case.Absent("split_regex").Select(row => new object[] { Array.Empty<string>(), row[0] });
        }

        var entries = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "cases.json"))).RootElement;
        return entries.EnumerateArray().SelectMany(entry => Case.Of(entry.GetProperty("cases"), entry.GetProperty("name").GetString()!, c => c.GetProperty("input").GetString()!)
            .Select(row => new object[] { Patterns(entry), row[0] }));
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void Splitter_OfThePattern_GivesTheRecordedPieces(string[] patterns, Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        Check(c, [.. patterns.Select(pattern => KnownPatterns.Find(pattern) ?? RegexSplitter.Parse(pattern))]);
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public void RegexSplitter_OfThePattern_GivesTheRecordedPieces(string[] patterns, Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        Check(c, [.. patterns.Select(RegexSplitter.Parse)]);
    }

    private static void Check(Case c, IReadOnlyList<Splitter> stages)
    {
        Skip.If(c.IsAbsent, c.ToString());
        Assert.Equal(Pieces(c), Split(c.Text("input"), stages));
    }

    private static string[] Patterns(JsonElement entry)
        => entry.TryGetProperty("pattern", out var pattern)
            ? [pattern.GetString()!]
            : [.. entry.GetProperty("stages").EnumerateArray().Select(stage => stage.GetString()!)];

    private static string[] Pieces(Case c) => [.. c.Json.GetProperty("pieces").EnumerateArray().Select(piece => piece.GetString()!)];

    private static IEnumerable<string> Split(string text, IReadOnlyList<Splitter> stages)
    {
        IEnumerable<string> pieces = text.Length == 0 ? [] : [text];
        return stages.Aggregate(pieces, (current, stage) => current.SelectMany(piece => Split(piece, stage)));
    }

    private static List<string> Split(string text, Splitter splitter)
    {
        var pieces = new List<string>();
        for (var at = 0; at < text.Length;)
        {
            var end = splitter.Next(text, at, out _);
            pieces.Add(text[at..end]);
            at = end;
        }

        return pieces;
    }
}
