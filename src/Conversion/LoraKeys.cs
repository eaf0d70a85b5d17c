using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Adapters;

namespace LoraDiff.Conversion;

/// <summary>Settings of the adapter by the names that PEFT's <c>adapter_config.json</c> gives them.</summary>
internal static class LoraKeys
{
    public static IReadOnlyList<string> All { get; } =
    [
        "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "bias", "init_lora_weights", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "rank_pattern",
        "alpha_pattern", "modules_to_save", "trainable_token_indices",
    ];

    /// <param name="options">The options to change.</param>
    /// <param name="key">One of <see cref="All"/>.</param>
    /// <param name="value">JSON, or a plain text; a text with commas is a list.</param>
    public static LoraOptions With(LoraOptions options, string key, string value)
    {
        var json = JsonNode.Parse(options.ToJson())!.AsObject();
        json[key] = Parse(value);
        try
        {
            return LoraOptions.FromJson(json.ToJsonString());
        }
        catch (AdapterException error)
        {
            throw new RecipeException($"'{key}={value}': {error.Message}", error);
        }
    }

    private static JsonNode? Parse(string value)
    {
        try
        {
            return JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return value.Contains(',', StringComparison.Ordinal) ? new JsonArray([.. value.Split(',', StringSplitOptions.TrimEntries).Select(part => (JsonNode)part)]) : JsonValue.Create(value);
        }
    }
}
