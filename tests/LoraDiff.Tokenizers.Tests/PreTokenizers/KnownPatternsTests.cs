using LoraDiff.Tokenizers.PreTokenizers;
using LoraDiff.Tokenizers.Regexes;
using LoraDiff.Tokenizers.Tests.Peers;

namespace LoraDiff.Tokenizers.Tests.PreTokenizers;

public sealed class KnownPatternsTests
{
    public static IEnumerable<object[]> Patterns() => KnownPatterns.All.Select(pattern => new object[] { pattern });

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Splitter_WrittenByHand_CutsAsThePatternDoes(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var byHand = KnownPatterns.Find(pattern)!;
        var general = RegexSplitter.Parse(pattern);
        var fuzzer = new TextFuzzer(pattern.Length);
        for (var i = 0; i < 400; i++)
        {
            var text = fuzzer.Next();
            for (var at = 0; at < text.Length;)
            {
                var end = byHand.Next(text, at, out var matched);
                Assert.Equal((general.Next(text, at, out var alsoMatched), alsoMatched), (end, matched));
                at = end;
            }
        }
    }

    [Fact]
    public void Find_WithRawLineBreaks_IsTheSamePattern()
        => Assert.All(KnownPatterns.All, pattern => Assert.NotNull(KnownPatterns.Find(pattern.Replace(@"\r", "\r", StringComparison.Ordinal).Replace(@"\n", "\n", StringComparison.Ordinal))));
}
