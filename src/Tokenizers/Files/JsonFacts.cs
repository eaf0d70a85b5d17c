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

    /// <summary>A truth value that must be there.</summary>
    public static bool RequiredFlag(this JsonElement element, string name)
        => element.Required(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.ValueKind == JsonValueKind.True : throw Wrong(name, "true or false", element.Required(name));

    /// <summary>A truth value that may be absent, but not null.</summary>
    public static bool FlagOr(this JsonElement element, string name, bool otherwise) => element.TryGetProperty(name, out _) ? element.RequiredFlag(name) : otherwise;

    /// <summary>A text that must be there.</summary>
    public static string RequiredText(this JsonElement element, string name)
        => element.Required(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : throw Wrong(name, "a string", element.Required(name));

    /// <summary>A whole number from 0 on that must be there.</summary>
    public static int RequiredIndex(this JsonElement element, string name)
        => element.Required(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 0 ? number : throw Wrong(name, "a whole number from 0 on", element.Required(name));

    /// <summary>An array that must be there.</summary>
    public static JsonElement[] RequiredList(this JsonElement element, string name)
        => element.Required(name) is { ValueKind: JsonValueKind.Array } value ? [.. value.EnumerateArray()] : throw Wrong(name, "an array", element.Required(name));

    /// <summary>A component's type name.</summary>
    public static string Type(this JsonElement element, string what)
        => element.Text("type") ?? throw new TokenizerException($"The {what} has no \"type\".");

    /// <summary>An error about a member.</summary>
    public static TokenizerException Wrong(string name, string expected, JsonElement found)
        => new($"\"{name}\" should be {expected} but is {Shorten(found.GetRawText())}.");

    private static JsonElement Required(this JsonElement element, string name) => element.ValueKind == JsonValueKind.Object
        ? element.TryGetProperty(name, out var value) ? value : throw new TokenizerException($"\"{name}\" is missing from {Shorten(element.GetRawText())}.")
        : throw new TokenizerException($"An object with \"{name}\" was expected where {Shorten(element.GetRawText())} stands.");

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
