using System.Text.Json;

namespace LoraDiff.Tokenizers.Files;

/// <summary>Reads the added tokens and gives them the ids that the Rust library gives them.</summary>
internal static class AddedTokenReader
{
    /// <summary>The tokens in the file's order.</summary>
    /// <remarks>
    /// As in the Rust library the "id" of the file is only a record: a token that the model's vocabulary has keeps that id, every other gets the next one after the vocabulary and the tokens before it.
    /// </remarks>
    /// <param name="json">The list, or null where the file has none.</param>
    /// <param name="find">The id of a text in the model's vocabulary, or null.</param>
    /// <param name="vocabulary">Tokens in the model's vocabulary.</param>
    public static List<AddedToken> Read(JsonElement? json, Func<string, int?> find, int vocabulary)
    {
        if (json is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            throw JsonFacts.Wrong("added_tokens", "an array", list);
        }

        List<AddedToken> tokens = [];
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var next = vocabulary;
        foreach (var item in list.EnumerateArray())
        {
            _ = item.RequiredIndex("id");
            var token = new AddedToken
            {
                Id = 0,
                Content = item.RequiredText("content"),
                Special = item.RequiredFlag("special"),
                SingleWord = item.RequiredFlag("single_word"),
                LStrip = item.RequiredFlag("lstrip"),
                RStrip = item.RequiredFlag("rstrip"),
                Normalized = item.RequiredFlag("normalized"),
            };
            if (token.Content.Length == 0)
            {
                continue;   // it could match everywhere
            }

            if (!known.TryGetValue(token.Content, out var id))
            {
                id = known[token.Content] = find(token.Content) ?? next;
                next = Math.Max(next, id + 1);
            }

            tokens.Add(token with { Id = id });
        }

        return tokens;
    }
}
