using System.Collections.Concurrent;
using System.Text.Json;
using LoraDiff.Fixtures;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>Ids, offsets and decoded texts that other tokenizers made.</summary>
[Trait("Category", "Conformance")]
public sealed class TokenizerConformanceTests
{
    private static readonly ConcurrentDictionary<string, Tokenizer> Loaded = new();

    public static IEnumerable<object[]> MiniCases() => FromList("tokenizer_mini", "cases.json", json => json.GetProperty("text").GetString()!);

    public static IEnumerable<object[]> MiniDecodeCases() => FromList("tokenizer_mini", "decode_cases.json", json => json.GetProperty("decoded").GetString()!);

    public static IEnumerable<object[]> QwenCases()
    {
        var cases = FixtureFolder.Roots.Select(root => Path.Combine(root, "qwen_tokenizer", "cases.json")).FirstOrDefault(File.Exists);
        return cases is null ? Case.Absent("qwen_tokenizer") : Case.Of(JsonDocument.Parse(File.ReadAllBytes(cases)).RootElement.GetProperty("cases"), "qwen_tokenizer", c => c.GetProperty("text").GetString()!);
    }

    [Theory]
    [MemberData(nameof(MiniCases))]
    public void Encode_MiniCase_GivesTheRecordedIdsAndText(Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        CheckIdsAndText(Mini(), c, c.Json.GetProperty("add_special").GetBoolean());
        if (c.Json.TryGetProperty("decoded_skip_special", out var skipped))
        {
            Assert.Equal(skipped.GetString(), Mini().Decode(c.Ids, skipSpecialTokens: true));
        }
    }

    [Theory]
    [MemberData(nameof(MiniDecodeCases))]
    public void Decode_MiniCase_GivesTheRecordedText(Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        Assert.Equal(c.Text("decoded"), Mini().Decode(c.Ids));
        Assert.Equal(c.Text("decoded"), Stream(Mini(), c.Ids, skipSpecialTokens: false));
        if (c.Json.TryGetProperty("decoded_skip_special", out var skipped))
        {
            Assert.Equal(skipped.GetString(), Mini().Decode(c.Ids, skipSpecialTokens: true));
            Assert.Equal(skipped.GetString(), Stream(Mini(), c.Ids, skipSpecialTokens: true));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(QwenCases))]
    public void Encode_QwenCase_GivesTheRecordedIdsOffsetsAndText(Case c)
    {
        ArgumentNullException.ThrowIfNull(c);
        Skip.If(c.IsAbsent, c.ToString());
        var vocabulary = FixtureFolder.Roots.Select(root => Path.Combine(root, "qwen_tokenizer", "tokenizer.json")).FirstOrDefault(File.Exists);
        Skip.If(vocabulary is null, "qwen_tokenizer has no tokenizer.json on this machine: the vocabulary is third-party data and lies only in the shared fixtures (set LORADIFF_FIXTURES to the folder that has them).");
        var tokenizer = Load(vocabulary!);
        CheckIdsAndText(tokenizer, c, addSpecial: false);
        if (c.Text("decoded") == c.Text("text"))
        {
            var offsets = c.Json.GetProperty("offsets").EnumerateArray().Select(pair => new TokenOffset(pair[0].GetInt32(), pair[1].GetInt32()));
            Assert.Equal(offsets, tokenizer.Encode(c.Text("text")).Offsets);
        }
    }

    private static void CheckIdsAndText(Tokenizer tokenizer, Case c, bool addSpecial)
    {
        Assert.Equal(c.Ids, tokenizer.EncodeToIds(c.Text("text"), addSpecial));
        Assert.Equal(c.Ids, tokenizer.Encode(c.Text("text"), addSpecial).Ids);
        Assert.Equal(c.Ids.Length, tokenizer.CountTokens(c.Text("text"), addSpecial));
        Assert.Equal(c.Text("decoded"), tokenizer.Decode(c.Ids));
        Assert.Equal(c.Text("decoded"), Stream(tokenizer, c.Ids, skipSpecialTokens: false));
    }

    private static string Stream(Tokenizer tokenizer, int[] ids, bool skipSpecialTokens)
    {
        var decoder = tokenizer.CreateStreamingDecoder(skipSpecialTokens);
        return string.Concat(ids.Select(decoder.Add)) + decoder.Flush();
    }

    private static Tokenizer Mini() => Load(FixtureFolder.Require("tokenizer_mini", "tokenizer.json"));

    private static Tokenizer Load(string path) => Loaded.GetOrAdd(path, Tokenizer.FromFile);

    private static IEnumerable<object[]> FromList(string kind, string file, Func<JsonElement, string> about)
        => Case.Of(JsonDocument.Parse(File.ReadAllBytes(FixtureFolder.Require(kind, file))).RootElement, kind, about);
}
