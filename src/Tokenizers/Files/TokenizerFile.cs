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
        var scanner = new JsonScanner(json);
        var parts = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        ModelReader? model = null;
        var deferred = -1;
        scanner.Expect('{');
        for (var more = !scanner.TryClose('}'); more; more = scanner.Another('}'))
        {
            var name = scanner.ReadValue().GetString()!;
            scanner.Expect(':');
            if (name != "model")
            {
                parts[name] = scanner.ReadValue();
            }
            else if (parts.TryGetValue("pre_tokenizer", out var preTokenizer))
            {
                model = ModelReader.Read(ref scanner, IsByteLevel(preTokenizer));
            }
            else
            {
                // What the vocabulary's texts mean depends on the pre-tokenizer, which is still to come.
                deferred = scanner.Position;
                scanner.Skip();
            }
        }

        if (!scanner.IsAtEnd)
        {
            throw scanner.Error("something follows the end of the object");
        }

        if (deferred >= 0)
        {
            scanner.Position = deferred;
            model = ModelReader.Read(ref scanner, parts.TryGetValue("pre_tokenizer", out var preTokenizer) && IsByteLevel(preTokenizer));
        }

        return Assemble(parts, model ?? throw new TokenizerException("There is no \"model\"."));
    }

    private static bool IsByteLevel(JsonElement preTokenizer)
        => ComponentReader.PreTokenizers(preTokenizer.ValueKind == JsonValueKind.Null ? null : preTokenizer).ByteLevel;

    private static TokenizerParts Assemble(Dictionary<string, JsonElement> parts, ModelReader read)
    {
        var model = read.ToModel();
        var added = parts.TryGetValue("added_tokens", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(AddedToken)] : new List<AddedToken>();
        var addedIds = added.Select(token => token.Id).ToHashSet();
        return new TokenizerParts
        {
            Model = model,
            OddTokens = read.OddTokens,
            AddedTokens = added,
            Normalizer = ComponentReader.Normalizer(Member(parts, "normalizer")),
            PreTokenizer = PreTokenizer.Link(ComponentReader.PreTokenizers(Member(parts, "pre_tokenizer")).Stages),
            PostProcessor = ComponentReader.PostProcessor(
                Member(parts, "post_processor"), id => addedIds.Contains(id) ? null : TokenText.Of(model, read.OddTokens, id)),
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
