using System.Text.Json;

namespace LoraDiff.Adapters.Files;

/// <summary><c>adapter_config.json</c> → <see cref="LoraOptions"/>.</summary>
internal static class AdapterConfigReader
{
    public static LoraOptions Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new AdapterException($"'{path}' does not exist; an adapter folder holds {AdapterFolder.ConfigName} and {AdapterFolder.WeightsName}.");
        }

        return Parse(File.ReadAllText(path), path);
    }

    public static LoraOptions Parse(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(new ConfigObject(document.RootElement, source));
        }
        catch (JsonException error)
        {
            throw new AdapterException($"{source} is not JSON: {error.Message}", error);
        }
    }

    private static LoraOptions Parse(ConfigObject config)
    {
        if (config.Text("peft_type") is var type && type != "LORA")
        {
            throw new AdapterException(type is null
                ? $"{config.Source} has no peft_type; it must say LORA."
                : $"{config.Source}: peft_type is '{type}'; only LORA adapters are supported.");
        }

        RefuseWhatChangesTheMaths(config);
        var defaults = new LoraOptions();
        var options = new LoraOptions
        {
            Rank = config.Int("r") ?? defaults.Rank,
            Alpha = config.Number("lora_alpha") ?? defaults.Alpha,
            Dropout = config.Number("lora_dropout") ?? defaults.Dropout,
            UseRslora = config.Flag("use_rslora"),
            UseDora = config.Flag("use_dora"),
            LoraBias = config.Flag("lora_bias"),
            Bias = Bias(config),
            Init = Init(config),
            TargetModules = config.Patterns("target_modules"),
            ExcludeModules = config.Patterns("exclude_modules"),
            LayersToTransform = config.Layers("layers_to_transform"),
            LayersPattern = config.Words("layers_pattern"),
            RankPattern = config.Map("rank_pattern", (value, key) => ConfigObject.AsInt(value) ?? throw config.Wrong(key, value, "an integer")),
            AlphaPattern = config.Map("alpha_pattern", (value, key) => ConfigObject.AsNumber(value) ?? throw config.Wrong(key, value, "a number")),
            ModulesToSave = config.Words("modules_to_save"),
            TrainableTokens = config.Tokens("trainable_token_indices"),
            EnsureWeightTying = config.Flag("ensure_weight_tying"),
            BaseModel = config.Text("base_model_name_or_path"),
            Revision = config.Text("revision"),
            TaskType = config.Text("task_type"),
            Warnings = Warnings(config),
            KeptAsRead = AdapterConfigKeys.Inert.Where(config.Has).ToDictionary(key => key, key => config[key].Clone()),
        };
        options.Validate();
        return options;
    }

    private static void RefuseWhatChangesTheMaths(ConfigObject config)
    {
        var refused = AdapterConfigKeys.Refused.Where(key => config.Has(key) && !AdapterConfigKeys.SaysNothing(config[key])).ToArray();
        if (refused.Length > 0)
        {
            throw new AdapterException(
                $"{config.Source} uses {string.Join(", ", refused)}, which would change the numbers and is not supported. Merge the adapter into its base with PEFT, or train one without.");
        }
    }

    private static BiasTraining Bias(ConfigObject config) => config.Text("bias") switch
    {
        null or "none" => BiasTraining.None,
        "all" => BiasTraining.All,
        "lora_only" => BiasTraining.LoraOnly,
        var other => throw new AdapterException($"{config.Source}: bias is '{other}'; it must be none, all or lora_only."),
    };

    private static LoraInit Init(ConfigObject config)
    {
        const string Key = "init_lora_weights";
        if (!config.Has(Key))
        {
            return LoraInit.Default;
        }

        var value = config[Key];
        return value.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.Null => LoraInit.Default,
            JsonValueKind.False => LoraInit.Random,
            JsonValueKind.String => InitNames.Parse(value.GetString()!) ?? throw new AdapterException(
                $"{config.Source}: {Key} is '{value.GetString()}'; expected true, false or one of {string.Join(", ", InitNames.All)}. Others change the base weights in a way that cannot be repeated here: save such an adapter with PEFT's path_initial_model_for_weight_conversion, which makes it a plain LoRA."),
            _ => throw config.Wrong(Key, value, $"true, false or one of {string.Join(", ", InitNames.All)}"),
        };
    }

    private static string[] Warnings(ConfigObject config)
    {
        var known = AdapterConfigKeys.Understood.Concat(AdapterConfigKeys.Inert).Concat(AdapterConfigKeys.Refused).ToHashSet(StringComparer.Ordinal);
        var unknown = config.Keys.Where(key => !known.Contains(key) && !AdapterConfigKeys.SaysNothing(config[key])).Order(StringComparer.Ordinal).ToArray();
        List<string> warnings = [];
        if (unknown.Length > 0)
        {
            warnings.Add($"{config.Source} has keys that are not known here and were ignored: {string.Join(", ", unknown)}.");
        }

        if (config.Flag("fan_in_fan_out"))
        {
            warnings.Add($"{config.Source}: fan_in_fan_out is true, which linear layers do not need; it is taken as false.");
        }

        return [.. warnings];
    }
}
