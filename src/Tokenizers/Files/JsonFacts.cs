using System.Text.Json;

namespace LoraDiff.Tokenizers.Files;

/// <summary>Reading members of a tokenizer.json with errors that name them.</summary>
internal static class JsonFacts
{
    /// <summary>A member, or null where it is absent or null.</summary>
    public static JsonElement? Get(this JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement element, string name) => element.Get(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw Wrong(name, "a string", value),
    };

    public static bool Flag(this JsonElement element, string name, bool otherwise) => element.Get(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } value => throw Wrong(name, "true or false", value),
    };

    public static int Number(this JsonElement element, string name, int otherwise) => element.Get(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => number,
        { } value => throw Wrong(name, "a whole number", value),
    };

    public static IEnumerable<JsonElement> List(this JsonElement element, string name) => element.Get(name) switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } value => value.EnumerateArray(),
        { } value => throw Wrong(name, "an array", value),
    };

    /// <summary>A component's type name.</summary>
    public static string Type(this JsonElement element, string what)
        => element.Text("type") ?? throw new TokenizerException($"The {what} has no \"type\".");

    private static TokenizerException Wrong(string name, string expected, JsonElement found)
        => new($"\"{name}\" should be {expected} but is {Shorten(found.GetRawText())}.");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
