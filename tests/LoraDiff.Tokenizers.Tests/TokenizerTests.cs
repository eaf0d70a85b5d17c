using System.Text;
using LoraDiff.Fixtures;

namespace LoraDiff.Tokenizers.Tests;

public sealed class TokenizerTests
{
    private static readonly Lazy<Tokenizer> Mini = new(() => Tokenizer.FromFile(FixtureFolder.Require("tokenizer_mini", "tokenizer.json")));

    private static string Sample => string.Concat(Enumerable.Repeat("The quick brown fox, naïve café; 日本語 😀 <|im_start|>user\n  x = 12345\n", 50));

    [Fact]
    public void EncodeToIds_OnManyThreads_GivesTheSame()
    {
        var tokenizer = Tokenizer.FromFile(FixtureFolder.Require("tokenizer_mini", "tokenizer.json"));
        var expected = Mini.Value.EncodeToIds(Sample);
        var texts = Enumerable.Repeat(Sample, 64).ToList();
        Assert.All(tokenizer.EncodeBatch(texts), ids => Assert.Equal(expected, ids));
    }

    [Fact]
    public void EncodeBatch_WhenCancelled_Stops()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Mini.Value.EncodeBatch(["a", "b"], cancellationToken: cancelled.Token));
    }

    [Fact]
    public void EncodeToTokens_OfAText_CutsItIntoItsPieces()
    {
        var text = "Hello, wörld 12";
        var tokens = Mini.Value.EncodeToTokens(text);
        Assert.Equal(Mini.Value.EncodeToIds(text), tokens.Select(token => token.Id));
        Assert.All(tokens, token => Assert.Equal(token.Id, Mini.Value.TokenToId(token.Value)));
        Assert.StartsWith("H", text[tokens[0].Offset], StringComparison.Ordinal);
        Assert.Equal(text.Length, tokens[^1].Offset.End.Value);
    }

    [Fact]
    public void GetIndexByTokenCount_WithinACharacter_StopsBeforeIt()
    {
        var text = "ab \U0001F9EC";
        var all = Mini.Value.CountTokens(text);
        Assert.Equal(text.Length, Mini.Value.GetIndexByTokenCount(text, all, out var count));
        Assert.Equal(all, count);
        var index = Mini.Value.GetIndexByTokenCount(text, all - 1, out count);
        Assert.True(index <= text.IndexOf("\U0001F9EC", StringComparison.Ordinal));
        Assert.Equal(0, Mini.Value.GetIndexByTokenCount(text, 0, out count));
        Assert.Equal(0, count);
    }

    [Fact]
    public void EncodeToIds_OfALoneSurrogate_CountsItAsTheReplacementCharacter()
        => Assert.Equal(Mini.Value.EncodeToIds("a\uFFFDb"), Mini.Value.EncodeToIds("a\uD800b"));

    [Fact]
    public void Encode_OfAstralText_CountsCodePointsAndUnits()
    {
        var encoding = Mini.Value.Encode("😀<|im_end|>");
        Assert.Equal(new TokenOffset(1, 11), encoding.Offsets[^1]);
        Assert.Equal(new TokenOffset(2, 12), encoding.CharOffsets[^1]);
        Assert.Equal("<|im_end|>", encoding.Tokens[^1]);
    }

    [Fact]
    public void StreamingDecoder_OverSplitCharacters_NeverGivesHalfOfOne()
    {
        var text = "añ日😀👨‍👩‍👧 end";
        var decoder = Mini.Value.CreateStreamingDecoder();
        var parts = Mini.Value.EncodeToIds(text).Select(decoder.Add).ToList();
        Assert.All(parts, part => Assert.DoesNotContain('\uFFFD', part));
        Assert.All(parts, part => Assert.True(part.Length == 0 || !char.IsHighSurrogate(part[^1])));
        Assert.Equal(text, string.Concat(parts) + decoder.Flush());
    }

    [Fact]
    public void StreamingDecoder_CutWithinACharacter_EndsInOneReplacementCharacter()
    {
        var decoder = Mini.Value.CreateStreamingDecoder();
        var ids = Mini.Value.EncodeToIds("\U0001F9EC");
        Assert.True(ids.Count > 1);
        Assert.Equal("", string.Concat(ids.SkipLast(1).Select(decoder.Add)));
        Assert.Equal("\uFFFD", decoder.Flush());
    }

    [Fact]
    public void Decode_OfIdsWithoutAToken_LeavesThemOut()
        => Assert.Equal("a", Mini.Value.Decode([.. Mini.Value.EncodeToIds("a"), 1_000_000, -1]));

    [Theory]
    [InlineData("a")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("字")]
    [InlineData("!a")]
    public void EncodeToIds_OfAMegabyteOfOneThing_DecodesToIt(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, 1_000_000 / unit.Length));
        Assert.Equal(text, Mini.Value.Decode(Mini.Value.EncodeToIds(text)));
    }

    [Theory]
    [InlineData("""{"model": {"type": "Unigram", "vocab": []}}""", "Unigram")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": 0}}}""", "WordPiece")]
    [InlineData("""{"normalizer": {"type": "BertNormalizer"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "BertNormalizer")]
    [InlineData("""{"pre_tokenizer": {"type": "UnicodeScripts"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "UnicodeScripts")]
    [InlineData("""{"decoder": {"type": "CTC"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "CTC")]
    [InlineData("""{"post_processor": {"type": "Novel"}, "model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}}""", "Novel")]
    [InlineData("""{"model": {"type": "BPE", "dropout": 0.1, "vocab": {"a": 0}, "merges": []}}""", "dropout")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}}""", "Merge 0")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}}""", "Merge 0")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": -1}, "merges": []}}""", "tokenizer.json")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 4000000000}, "merges": []}}""", "tokenizer.json")]
    [InlineData("""{"added_tokens": []}""", "model")]
    [InlineData("{", "tokenizer.json")]
    [InlineData("[]", "tokenizer.json")]
    [InlineData("", "tokenizer.json")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}} x""", "tokenizer.json")]
    public void FromJson_OfWhatCannotBeUsed_SaysWhat(string json, string part)
        => Assert.Contains(part, Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void FromJson_WithTheModelFirstAndMergesBeforeTheVocabulary_IsTheSameTokenizer()
    {
        var json = """
            {"model": {"merges": ["a b", "Ġ ab"], "vocab": {"a": 0, "b": 1, "Ġ": 2, "ab": 3, "Ġab": 4, "\u0061\"": 5}, "type": "BPE"},
             "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}, "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true}}
            """;
        var tokenizer = Tokenizer.FromJson(Encoding.UTF8.GetBytes(json));
        Assert.Equal([3, 4, 4], tokenizer.EncodeToIds("ab ab ab"));
        Assert.Equal(5, tokenizer.TokenToId("a\""));
        Assert.Equal(6, tokenizer.VocabularySize);
    }

    /// <summary>As the Rust library counts them: what the file says beside a token is only a record of it.</summary>
    [Fact]
    public void AddedTokens_HaveTheIdsOfTheVocabularyOrTheNextOnes()
    {
        const string Flags = "\"special\": false, \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false";
        var json = $$"""
            {"added_tokens": [{"id": 40, "content": "x", {{Flags}}}, {"id": 9, "content": "b", {{Flags}}}, {"id": 3, "content": "", {{Flags}}}, {"id": 3, "content": "y", {{Flags}}}],
             "model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": []} }
            """;
        Assert.Equal(["x 2", "b 1", "y 3"], Tokenizer.FromJson(Encoding.UTF8.GetBytes(json)).AddedTokens.Select(t => $"{t.Content} {t.Id}"));
    }

    [Theory]
    [InlineData("\"vocab\": {\"a\": 0, \"b\": 0}, \"merges\": []", "Two tokens of the vocabulary have the id 0")]
    [InlineData("\"vocab\": {\"a\": 0}", "no \"merges\"")]
    [InlineData("\"vocab\": {\"a\": 0}, \"merges\": [], \"fuse_unk\": \"no\"", "\"fuse_unk\" should be true or false but is \"no\"")]
    [InlineData("\"vocab\": {\"a\": 0}, \"merges\": [], \"dropout\": 0.1", "dropout 0.1")]
    public void Model_ThatIsBroken_IsRefused(string model, string expected)
        => Assert.Contains(expected, Assert.Throws<TokenizerException>(() => Tokenizer.FromJson(Encoding.UTF8.GetBytes($$"""{"model": {"type": "BPE", {{model}}} }"""))).Message, StringComparison.Ordinal);

    [Fact]
    public void FromFolder_WithoutATokenizer_SaysWhatIsMissing()
        => Assert.Contains("tokenizer.json", Assert.Throws<TokenizerException>(() => Tokenizer.FromFolder(Path.GetTempPath())).Message, StringComparison.Ordinal);
}
