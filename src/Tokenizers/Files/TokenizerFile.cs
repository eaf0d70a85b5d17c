using System.Text.Json;
using LoraDiff.Tokenizers.Models;
using LoraDiff.Tokenizers.PreTokenizers;

namespace LoraDiff.Tokenizers.Files;

/// <summary>Reads tokenizer.json.</summary>
internal static class TokenizerFile
{
    private static readonly string[] Members = ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"];

    // From this size on a second processor is worth its start, and mapping worth more than reading.
    private const int Large = 1 << 20;

    /// <summary>Reads a file.</summary>
    public static TokenizerParts Read(string path)
    {
        using var mapped = MappedFile.TryOpen(path, Large);
        return Read(mapped?.Memory ?? File.ReadAllBytes(path), path);
    }

    /// <summary>Reads a tokenizer; <paramref name="source"/> is the name that errors give it.</summary>
    public static TokenizerParts Read(ReadOnlySpan<byte> json, string source) => Read(json, default, source);

    // The same for bytes that another thread may read as well.
    private static TokenizerParts Read(ReadOnlyMemory<byte> json, string source)
    {
        json = json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json;
        return Read(json.Span, json, source);
    }

    private static TokenizerParts Read(ReadOnlySpan<byte> json, ReadOnlyMemory<byte> shared, string source)
    {
        try
        {
            return Read(json.StartsWith("\uFEFF"u8) ? json[3..] : json, shared);
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

    private static TokenizerParts Read(ReadOnlySpan<byte> json, ReadOnlyMemory<byte> shared)
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
            if (!Members.Contains(name))
            {
                throw new TokenizerException($"There is a member \"{name}\", which no tokenizer.json has. Known are {string.Join(", ", Members)}.");
            }

            if (name != "model")
            {
                parts[name] = scanner.ReadValue();
            }
            else if (parts.TryGetValue("pre_tokenizer", out var preTokenizer))
            {
                model = ModelReader.Read(ref scanner, IsByteLevel(preTokenizer), shared);
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
            model = ModelReader.Read(ref scanner, parts.TryGetValue("pre_tokenizer", out var preTokenizer) && IsByteLevel(preTokenizer), shared);
        }

        return Assemble(parts, model ?? throw new TokenizerException("There is no \"model\"."));
    }

    private static bool IsByteLevel(JsonElement preTokenizer)
        => ComponentReader.PreTokenizers(preTokenizer.ValueKind == JsonValueKind.Null ? null : preTokenizer).ByteLevel;

    private static TokenizerParts Assemble(Dictionary<string, JsonElement> parts, ModelReader read)
    {
        RequireFormat(parts);
        var model = read.ToModel();
        var added = AddedTokenReader.Read(parts.TryGetValue("added_tokens", out var list) ? list : null, text => TokenText.Find(model, read.OddTokens, text), model.Vocabulary.Count + read.OddTokens.Count);
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

    // How texts are cut and filled up to a length is the caller's business, and here not done; but the settings must be such.
    private static void RequireFormat(Dictionary<string, JsonElement> parts)
    {
        if (parts.TryGetValue("version", out var version) && (version.ValueKind != JsonValueKind.String || version.GetString() != "1.0"))
        {
            throw JsonFacts.Wrong("version", "\"1.0\"", version);
        }

        if (Member(parts, "truncation") is { } truncation)
        {
            _ = (truncation.RequiredIndex("max_length"), truncation.RequiredText("strategy"), truncation.RequiredIndex("stride"));
        }

        if (Member(parts, "padding") is { } padding)
        {
            _ = (padding.RequiredIndex("pad_id"), padding.RequiredIndex("pad_type_id"), padding.RequiredText("pad_token"), padding.Get("strategy") ?? throw new TokenizerException("\"padding\" has no \"strategy\"."));
        }
    }

    private static JsonElement? Member(Dictionary<string, JsonElement> parts, string name)
        => parts.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
