using System.Reflection;
using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export.Targets;

/// <summary>What an engine that goes by names wants: model type, architecture, the <c>auto_map</c>, and the small Python files that it points to.</summary>
/// <param name="ModelType"><c>model_type</c>.</param>
/// <param name="Suffix">What the files' names end with; null for none.</param>
/// <param name="ConfigClass">The configuration's class.</param>
/// <param name="ModelClass">The model's class, the only entry of <c>architectures</c>.</param>
/// <param name="Layers">What the transformers classes begin with whose layers these are.</param>
/// <param name="BlockKey">Where the configuration has the block size that attention goes by; null for attention without blocks.</param>
/// <param name="AutoModels">The auto classes that load the model.</param>
internal sealed record RemoteCode(string ModelType, string? Suffix, string ConfigClass, string ModelClass, string Layers, string? BlockKey, IReadOnlyList<string> AutoModels)
{
    private string ConfigModule => Suffix is null ? "configuration" : $"configuration_{Suffix}";

    private string ModelModule => Suffix is null ? "modeling" : $"modeling_{Suffix}";

    public void Configure(JsonObject config, ModelConfig model)
    {
        config["model_type"] = ModelType;
        config["architectures"] = new JsonArray(ModelClass);
        var map = new JsonObject { ["AutoConfig"] = $"{ConfigModule}.{ConfigClass}" };
        foreach (var auto in AutoModels)
        {
            map[auto] = $"{ModelModule}.{ModelClass}";
        }

        config["auto_map"] = map;
        ConfigureForTransformers4(config, model);
    }

    public IReadOnlyDictionary<string, string> Files() => new Dictionary<string, string>
    {
        [$"{ConfigModule}.py"] = Fill("configuration.py"),
        [$"{ModelModule}.py"] = Fill("modeling.py"),
    };

    // Engines read rope_theta and torch_dtype where they have been for years; transformers 5 writes them elsewhere and reads both.
    private static void ConfigureForTransformers4(JsonObject config, ModelConfig model)
    {
        config["rope_theta"] = model.Rotary.Theta;
        if (config["rope_parameters"] is JsonObject parameters)
        {
            var scaling = parameters.DeepClone().AsObject();
            scaling.Remove("rope_theta");
            config["rope_scaling"] = model.Rotary.Kind == RotaryKind.Default ? null : scaling;
        }

        if (config["dtype"] is JsonValue dtype)
        {
            config["torch_dtype"] = dtype.DeepClone();
        }
    }

    private string Fill(string template)
    {
        var sees = BlockKey is null ? "one under which every token sees every other" : "one under which a token sees its own block and all before it, with blocks counted from the first token";
        var rule = BlockKey is null ? "(keys >= 0) & (queries >= 0)" : $"keys // self.config.{BlockKey} <= queries // self.config.{BlockKey}";
        return Read(template)
            .Replace("__CONFIG_MODULE__", ConfigModule, StringComparison.Ordinal)
            .Replace("__CONFIG__", ConfigClass, StringComparison.Ordinal)
            .Replace("__MODEL__", ModelClass, StringComparison.Ordinal)
            .Replace("__LAYERS__", Layers, StringComparison.Ordinal)
            .Replace("__TYPE__", ModelType, StringComparison.Ordinal)
            .Replace("__SEES__", sees, StringComparison.Ordinal)
            .Replace("__RULE__", rule, StringComparison.Ordinal);
    }

    private static string Read(string template)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"LoraDiff.Conversion.Export.Python.{template}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
