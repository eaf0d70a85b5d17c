using LoraDiff.Conversion.Generation;
using LoraDiff.Fixtures;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Tests.Generation;

public class RowTextTests
{
    private static readonly Tokenizer Tokenizer = Tokenizer.FromFolder(Path.Combine(FixtureFolder.Repository, "samples", "smallworld", "checkpoint"));

    [Theory]
    [InlineData("The answer is 23.")]
    [InlineData("naïve – 東京 🦊 fox")]
    public void Pieces_JoinToTheWholeText_AndNeverHoldHalfACharacter(string text)
    {
        var row = new RowText(Tokenizer, []);
        var joined = string.Empty;
        foreach (var id in Tokenizer.EncodeToIds(text))
        {
            row.Append([id]);
            var piece = row.Take(finished: false);
            Assert.DoesNotContain('\uFFFD', piece);
            joined += piece;
        }

        Assert.Equal(text, joined + row.Take(finished: true));
        Assert.Equal(text, row.Text);
    }

    [Fact]
    public void SpecialTokens_AreNotText()
    {
        var row = new RowText(Tokenizer, []);
        row.Append([.. Tokenizer.EncodeToIds("Yes<|im_end|>")]);
        Assert.Equal("Yes", row.Take(finished: true));
    }

    [Theory]
    [InlineData("one two three four", " three", "one two")]
    [InlineData("one two three four", "wo th", "one t")]       // begins and ends inside tokens
    [InlineData("one two three four", "o", "")]
    [InlineData("aab aac", "aac", "aab ")]
    [InlineData("one two", "twos", "one two")]                  // begins but never completes
    public void StopString_CutsTheText_AndNothingOfItIsEverEmitted(string text, string stop, string expected)
    {
        var row = new RowText(Tokenizer, [stop, "never there"]);
        var joined = string.Empty;
        var ids = Tokenizer.EncodeToIds(text);
        foreach (var id in ids)
        {
            row.Append([id]);
            joined += row.Take(row.Stopped);
            Assert.StartsWith(joined, expected, StringComparison.Ordinal);
        }

        joined += row.Take(finished: true);
        Assert.Equal(expected, joined);
        Assert.Equal(expected, row.Text);
        Assert.Equal(text.Contains(stop, StringComparison.Ordinal), row.Stopped);

        // The tokens kept cover the text, and one fewer would not.
        Assert.StartsWith(expected, Tokenizer.Decode(ids.Take(row.TokenCount)), StringComparison.Ordinal);
        Assert.True(row.TokenCount == 0 || Tokenizer.Decode(ids.Take(row.TokenCount - 1)).Length < expected.Length);
    }

    [Fact]
    public void EarliestStopString_Wins()
    {
        var row = new RowText(Tokenizer, ["three", "two"]);
        row.Append([.. Tokenizer.EncodeToIds("one two three")]);
        Assert.True(row.Stopped);
        Assert.Equal("one ", row.Take(finished: true));
    }
}
