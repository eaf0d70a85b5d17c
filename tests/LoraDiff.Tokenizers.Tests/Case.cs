using System.Text.Json;

namespace LoraDiff.Tokenizers.Tests;

/// <summary>One case of a cases.json, shown in test results by its number and the beginning of what it is about.</summary>
public sealed class Case(string label, JsonElement json)
{
    public JsonElement Json => json;

    public string Text(string name) => json.GetProperty(name).GetString()!;

    public int[] Ids => [.. json.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];

    public override string ToString() => label;

    /// <summary>The cases of a list, labelled by one of their members.</summary>
    public static IEnumerable<object[]> Of(JsonElement list, string prefix, Func<JsonElement, string> about)
        => list.EnumerateArray().Select((json, i) => new object[] { new Case($"{prefix} {i}: {Shorten(about(json))}", json) });

    /// <summary>The one row of a theory whose cases this machine does not have; the test then skips.</summary>
    public static IEnumerable<object[]> Absent(string what) => [[new Case($"{what}: not on this machine (set LORADIFF_FIXTURES to the folder that has them)", default)]];

    /// <summary>Whether this stands for cases that are not on this machine.</summary>
    public bool IsAbsent => json.ValueKind == JsonValueKind.Undefined;

    private static string Shorten(string text)
        => JsonSerializer.Serialize(text.Length <= 80 ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[79]) ? 79 : 80), "…"));
}
