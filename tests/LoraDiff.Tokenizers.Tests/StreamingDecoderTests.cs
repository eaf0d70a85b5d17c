using System.Text;
using System.Text.Json;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>Streams of tokenizers that fall back to bytes, as SentencePiece's do.</summary>
public sealed class StreamingDecoderTests
{
    private static readonly Tokenizer Bytes = Make();

    [Theory]
    [InlineData("\u65E5\u672C\U0001F600 a\u00E9 \u65E5 a")]
    [InlineData("aaa \u00E9\u00E9 a")]
    [InlineData("\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600\U0001F600")]
    public void Stream_OfByteRuns_GivesWhatDecodingGives_AndNeverHalfACharacter(string text)
    {
        text = string.Concat(Enumerable.Repeat(text, 40));
        var stream = Bytes.CreateStreamingDecoder();
        var parts = Ids(text).Select(stream.Add).ToList();
        Assert.All(parts, part => Assert.DoesNotContain('\uFFFD', part));
        Assert.All(parts, part => Assert.True(part.Length == 0 || !char.IsHighSurrogate(part[^1])));
        Assert.Equal(Bytes.Decode(Ids(text)), string.Concat(parts) + stream.Flush());
        Assert.Equal(text, string.Concat(parts));
    }

    /// <summary>Every token costs the same: the work is counted in tokens that were decoded.</summary>
    [Theory]
    [InlineData("E697A5")]
    [InlineData("F09F9880")]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("E6FF")]
    public void Stream_OfALongRunOfBytes_TakesWorkInProportionToIt(string unit)
    {
        long Work(int times)
        {
            var stream = Bytes.CreateStreamingDecoder();
            var given = 0;
            foreach (var value in Enumerable.Repeat(Convert.FromHexString(unit), times).SelectMany(bytes => bytes))
            {
                given += stream.Add(value).Length;
            }

            Assert.Equal(given, given + stream.Flush().Length);
            Assert.True(given >= times);
            return stream.DecodedTokens;
        }

        Assert.InRange(Work(4000), Work(2000), Work(2000) * 21 / 10);
        Assert.InRange(Work(4000), 1, 4000 * unit.Length / 2 * 30L);
    }

    [Fact]
    public void Stream_OfARunThatBreaks_KeepsWhatItGave_AndGoesOnAfterIt()
    {
        var stream = Bytes.CreateStreamingDecoder();
        int[] ids = [0xC3, 0xA9, 0xE6, 0x97, 0xFF, 0xC3, 0xA9, .. Ids(" a"), 0xC3, 0xA9, 0xE6, .. Ids(" a"), 0xF0, 0x9F];
        Assert.Equal("\u00E9\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD a\u00E9\uFFFD a", string.Concat(ids.Select(stream.Add)));
        Assert.Equal("\uFFFD\uFFFD", stream.Flush());
    }

    // Ids 0 to 255 are bytes, then "a" and the mark that stands for a space.
    private static int[] Ids(string text)
        => [.. text.EnumerateRunes().SelectMany(rune => rune.Value == 'a' ? [256] : rune.Value == ' ' ? [257] : Encoding.UTF8.GetBytes(rune.ToString()).Select(value => (int)value).ToArray())];

    private static Tokenizer Make()
    {
        var vocabulary = Enumerable.Range(0, 256).ToDictionary(value => $"<0x{value:X2}>", value => value);
        (vocabulary["a"], vocabulary["\u2581"]) = (256, 257);
        return Tokenizer.FromJson(JsonSerializer.SerializeToUtf8Bytes(new
        {
            model = new { type = "BPE", vocab = vocabulary, merges = Array.Empty<string>(), byte_fallback = true },
            decoder = new
            {
                type = "Sequence",
                decoders = new object[] { new { type = "Replace", pattern = new { String = "\u2581" }, content = " " }, new { type = "ByteFallback" }, new { type = "Fuse" } },
            },
        }));
    }
}
