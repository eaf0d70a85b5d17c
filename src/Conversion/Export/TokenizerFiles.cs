using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Export;

/// <summary>The tokenizer's files of an exported folder. The mask token goes into every one of them, because readers differ in which they believe.</summary>
internal static class TokenizerFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] SpecialTokens = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token"];

    /// <summary>Adds the mask token to the files that were copied into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="source">Where they were copied from, which is what messages name.</param>
    /// <param name="tokenizer">The tokenizer of these files.</param>
    /// <param name="mask">The token.</param>
    /// <exception cref="CheckpointException">A file is not a JSON object.</exception>
    public static void AddMask(string folder, string source, Tokenizer tokenizer, MaskTokenPlan mask)
    {
        var added = AddToTokenizer(Path.Combine(folder, "tokenizer.json"), source, tokenizer, mask);
        var config = Read(Path.Combine(folder, "tokenizer_config.json"), source);
        config["mask_token"] = mask.Literal;
        config["added_tokens_decoder"] = Decoder(added);
        Write(Path.Combine(folder, "tokenizer_config.json"), config);

        var map = Read(Path.Combine(folder, "special_tokens_map.json"), source);
        foreach (var name in SpecialTokens.Where(name => !map.ContainsKey(name) && config[name] is not null))
        {
            map[name] = config[name]!.DeepClone();
        }

        map["mask_token"] = mask.Literal;
        Write(Path.Combine(folder, "special_tokens_map.json"), map);
        Write(Path.Combine(folder, "added_tokens.json"), new JsonObject(added.Select(token => KeyValuePair.Create((string)token["content"]!, (JsonNode?)(int)token["id"]!))));
    }

    private static IReadOnlyList<JsonObject> AddToTokenizer(string path, string source, Tokenizer tokenizer, MaskTokenPlan mask)
    {
        var root = Read(path, source);
        var added = root["added_tokens"] as JsonArray ?? [];
        root["added_tokens"] = added;
        if (added.OfType<JsonObject>().FirstOrDefault(token => (int)token["id"]! == mask.Id) is { } present)
        {
            present["content"] = mask.Literal;
            present["special"] = true;
            present["normalized"] = false;
        }
        else if (tokenizer.IdToToken(mask.Id) is null)
        {
            // Readers number added tokens in order, so nothing may be missing before the mask.
            for (var id = MaskToken.FirstUnused(tokenizer, mask.Id); id < mask.Id; id++)
            {
                added.Add(Token(id, $"<|unused_{id}|>"));
            }

            added.Add(Token(mask.Id, mask.Literal));
        }

        Write(path, root);
        return [.. added.OfType<JsonObject>()];
    }

    private static JsonObject Token(int id, string content) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject Decoder(IEnumerable<JsonObject> added)
    {
        var decoder = new JsonObject();
        foreach (var token in added.OrderBy(token => (int)token["id"]!))
        {
            var entry = token.DeepClone().AsObject();
            entry.Remove("id");
            decoder[((int)token["id"]!).ToString(System.Globalization.CultureInfo.InvariantCulture)] = entry;
        }

        return decoder;
    }

    private static JsonObject Read(string path, string source)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path))?.AsObject() ?? [];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new CheckpointException(Path.Combine(source, Path.GetFileName(path)), $"is not a JSON object: {e.Message}", e);
        }
    }

    private static void Write(string path, JsonObject json) => File.WriteAllText(path, json.ToJsonString(Indented) + "\n");
}
