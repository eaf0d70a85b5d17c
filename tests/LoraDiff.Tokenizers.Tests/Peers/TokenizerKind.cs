using System.Text.Json.Nodes;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>A kind of tokenizer to compare: its tokenizer.json without vocabulary and merges.</summary>
/// <param name="Name">What it is like.</param>
/// <param name="Json">Normalizer, pre_tokenizer, post_processor, decoder and the model's settings.</param>
internal sealed record TokenizerKind(string Name, string Json)
{
    /// <summary>Whether its vocabulary begins with the 256 bytes.</summary>
    public bool Bytes { get; init; }

    /// <summary>How many characters the vocabulary knows at most, to have unknown ones.</summary>
    public int Alphabet { get; init; } = 2000;

    public bool ComparesOffsets { get; init; } = true;

    /// <summary>The added tokens, as JSON objects with at least their content.</summary>
    public string Added { get; init; } = """[{"content": "<s>", "special": true}, {"content": "<|x|>", "special": true}, {"content": "[MASK]"}]""";

    public JsonNode ToJson() => new JsonObject
    {
        ["name"] = Name,
        ["spec"] = JsonNode.Parse(Json),
        ["bytes"] = Bytes,
        ["size"] = 1100,
        ["alphabet"] = Alphabet,
        ["added"] = JsonNode.Parse(Added),
    };
}
