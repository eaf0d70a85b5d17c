using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LoraDiff.Adapters;

namespace LoraDiff.Conversion;

/// <summary>Settings of the adapter by the names that PEFT's <c>adapter_config.json</c> gives them.</summary>
internal static partial class LoraKeys
{
    // Wider than any layer: such a rank is a slip, which else only the allocator would notice.
    private const int MaxRank = 1 << 16;

    public static IReadOnlyList<string> All { get; } =
    [
        "r", "lora_alpha", "lora_dropout", "use_rslora", "use_dora", "bias", "init_lora_weights", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern", "rank_pattern",
        "alpha_pattern", "modules_to_save", "trainable_token_indices",
    ];

    /// <summary>Applies all settings, then looks whether they go together: their order says nothing.</summary>
    /// <param name="options">The options to change.</param>
    /// <param name="settings">Keys of <see cref="All"/>, each with JSON or the short forms that <see cref="ConversionRequest.With(string, string)"/> names.</param>
    /// <exception cref="RecipeException">A value does not fit, or contradicts another.</exception>
    public static LoraOptions With(LoraOptions options, IReadOnlyCollection<KeyValuePair<string, string>> settings)
    {
        var json = JsonNode.Parse(options.ToJson())!.AsObject();
        foreach (var (key, value) in settings)
        {
            json[key] = Parse(key, value);
        }

        try
        {
            return LoraOptions.FromJson(json.ToJsonString());
        }
        catch (AdapterException error)
        {
            // The settings that the message speaks of; a contradiction may be with one that was not set here.
            var named = settings.Where(setting => Regex.IsMatch(error.Message, $@"\b{setting.Key}\b")).ToList();
            var reason = error.Message.StartsWith($"{AdapterFolder.ConfigName}: ", StringComparison.Ordinal) ? error.Message[(AdapterFolder.ConfigName.Length + 2)..] : error.Message;
            throw new RecipeException($"{string.Join(", ", (named.Count > 0 ? named : settings).Select(setting => $"'{setting.Key}={setting.Value}'"))}: {reason}", error);
        }
    }

    /// <summary>Refuses what a tree could honour but a conversion could not learn with, or would refuse only after data were read.</summary>
    /// <exception cref="RecipeException">The message names the key, its value and what would be right.</exception>
    public static void Require(LoraOptions options)
    {
        Settings.Require(options.Rank <= MaxRank, "r", options.Rank, $"at most {MaxRank}");
        foreach (var (pattern, rank) in options.RankPattern)
        {
            Settings.Require(rank <= MaxRank, $"rank_pattern['{pattern}']", rank, $"at most {MaxRank}");
        }

        Settings.Require(options.Alpha > 0, "lora_alpha", options.Alpha, "above 0: the adapter's output is multiplied by it");
        foreach (var (pattern, alpha) in options.AlphaPattern)
        {
            Settings.Require(alpha > 0, $"alpha_pattern['{pattern}']", alpha, "above 0: the adapter's output is multiplied by it");
        }

        Settings.Require(options.LayersToTransform?.All(layer => layer >= 0) != false, "layers_to_transform", options.LayersToTransform, "layer numbers, from 0");
        foreach (var row in options.TrainableTokens ?? TokenRows.Of())
        {
            Settings.Require(row >= 0, "trainable_token_indices", row, "token ids, from 0");
        }
    }

    private static JsonNode? Parse(string key, string value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new RecipeException($"'{key}={value}': the value is missing; give one, or null for none.");
        }

        var isJson = TryJson(value, out var json);
        return key switch
        {
            "target_modules" or "exclude_modules" => isJson ? json : Names(key, value) ?? (JsonNode)JsonValue.Create(value),
            "layers_pattern" or "modules_to_save" => !isJson ? List(key, value) : json?.GetValueKind() == JsonValueKind.String ? new JsonArray(json) : json,
            "layers_to_transform" => isJson ? json : Numbers(value),
            "trainable_token_indices" => !isJson ? Numbers(value) : json?.GetValueKind() == JsonValueKind.Number ? new JsonArray(json) : json,
            _ => isJson ? json : JsonValue.Create(value),
        };
    }

    // Plain names are a list, as PEFT takes a list; anything else is a regular expression, or all-linear.
    private static JsonArray? Names(string key, string value) => value.Split(',').All(part => string.IsNullOrWhiteSpace(part) || PlainName().IsMatch(part.Trim())) ? List(key, value) : null;

    private static JsonArray List(string key, string value)
    {
        var parts = value.Split(',', StringSplitOptions.TrimEntries);
        return parts.Contains("") ? throw new RecipeException($"'{key}={value}': a name beside a comma is missing.") : new JsonArray([.. parts.Select(part => (JsonNode)part)]);
    }

    private static JsonNode? Numbers(string value) => TryJson($"[{value}]", out var list) ? list : JsonValue.Create(value);

    private static bool TryJson(string value, out JsonNode? json)
    {
        try
        {
            json = JsonNode.Parse(value);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$")]
    private static partial Regex PlainName();
}
