using LoraDiff.Tokenizers.Regexes;

namespace LoraDiff.Tokenizers.Tests.Regexes;

public sealed class RegexSplitterTests
{
    [Theory]
    [InlineData("(", "'('")]
    [InlineData("a)", "')'")]
    [InlineData("[a", "']'")]
    [InlineData("*a", "repeat")]
    [InlineData(@"\p{Nonsense}", "Nonsense")]
    [InlineData(@"(a)\1", @"\1")]
    [InlineData("a{5,2}", "{5,2}")]
    [InlineData("[z-a]", "backwards")]
    [InlineData("(?Z)", "(?Z")]
    public void Parse_OfWhatIsNoPattern_SaysWhy(string pattern, string part)
        => Assert.Contains(part, Assert.Throws<TokenizerException>(() => RegexSplitter.Parse(pattern)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_OfDeepNesting_FailsAndDoesNotCrash()
        => Assert.Throws<TokenizerException>(() => RegexSplitter.Parse(new string('(', 100_000)));

    [Fact]
    public void Next_WithAPatternThatExplodes_GivesUp()
    {
        var splitter = RegexSplitter.Parse("(?:a+)+b");
        Assert.Throws<TokenizerException>(() => splitter.Next(new string('a', 200), 0, out _));
    }

    [Fact]
    public void Next_OfALongRun_DoesNotOverflowTheStack()
    {
        var splitter = RegexSplitter.Parse("(?:ab|a)*c|(?:a|b)+");
        var text = new string('a', 300_000);
        Assert.Equal(text.Length, splitter.Next(text, 0, out var matched));
        Assert.True(matched);
    }
}
