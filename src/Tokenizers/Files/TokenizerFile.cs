using System.Text.Json;
using LoraDiff.Tokenizers.Models;
using LoraDiff.Tokenizers.PreTokenizers;

namespace LoraDiff.Tokenizers.Files;

/// <summary>Reads tokenizer.json.</summary>
internal static class TokenizerFile
{
    /// <summary>Reads a tokenizer; <paramref name="source"/> is the name that errors give it.</summary>
    public static TokenizerParts Read(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            return Read(json.StartsWith("\uFEFF"u8) ? json[3..] : json);
        }
        catch (TokenizerException e)
        {
            throw new TokenizerException($"{source}: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new TokenizerException($"{source} is not a tokenizer.json: {e.Message}", e);
        }
    }

    private static TokenizerParts Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 64 });
        var parts = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        ModelReader? model = null;
        var deferred = default(Utf8JsonReader);
        var hasDeferred = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("the file is not a JSON object");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            if (name != "model")
            {
                parts[name] = JsonElement.ParseValue(ref reader);
            }
            else if (parts.TryGetValue("pre_tokenizer", out var preTokenizer))
            {
                model = ModelReader.Read(ref reader, IsByteLevel(preTokenizer));
            }
            else
            {
                // What the vocabulary's texts mean depends on the pre-tokenizer, which is still to come.
                deferred = reader;
                hasDeferred = true;
                reader.Skip();
            }
        }

        while (reader.Read())
        {
        }

        if (hasDeferred)
        {
            model = ModelReader.Read(ref deferred, parts.TryGetValue("pre_tokenizer", out var preTokenizer) && IsByteLevel(preTokenizer));
        }

        return Assemble(parts, model ?? throw new TokenizerException("There is no \"model\"."));
    }

    private static bool IsByteLevel(JsonElement preTokenizer)
        => ComponentReader.PreTokenizers(preTokenizer.ValueKind == JsonValueKind.Null ? null : preTokenizer).ByteLevel;

    private static TokenizerParts Assemble(Dictionary<string, JsonElement> parts, ModelReader read)
    {
        var model = read.ToModel();
        var added = parts.TryGetValue("added_tokens", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(AddedToken)] : new List<AddedToken>();
        var names = added.GroupBy(token => token.Id).ToDictionary(tokens => tokens.Key, tokens => tokens.Last().Content);
        return new TokenizerParts
        {
            Model = model,
            OddTokens = read.OddTokens,
            AddedTokens = added,
            Normalizer = ComponentReader.Normalizer(Member(parts, "normalizer")),
            PreTokenizer = PreTokenizer.Link(ComponentReader.PreTokenizers(Member(parts, "pre_tokenizer")).Stages),
            PostProcessor = ComponentReader.PostProcessor(
                Member(parts, "post_processor"), id => names.TryGetValue(id, out var name) ? name : TokenText.Of(model, read.OddTokens, id) ?? ""),
            Decoders = ComponentReader.Decoders(Member(parts, "decoder")),
        };
    }

    private static JsonElement? Member(Dictionary<string, JsonElement> parts, string name)
        => parts.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static AddedToken AddedToken(JsonElement json) => new()
    {
        Id = json.Get("id") is null ? throw new TokenizerException("An added token has no \"id\".") : json.Number("id", -1),
        Content = json.Text("content") ?? throw new TokenizerException("An added token has no \"content\"."),
        Special = json.Flag("special", false),
        SingleWord = json.Flag("single_word", false),
        LStrip = json.Flag("lstrip", false),
        RStrip = json.Flag("rstrip", false),
        Normalized = json.Flag("normalized", true),
    };
}
