namespace LoraDiff.Adapters.Files;

/// <summary><see cref="LoraOptions"/> → <c>adapter_config.json</c>.</summary>
internal static class AdapterConfigWriter
{
    public static string Write(LoraOptions o)
    {
        var keys = new Dictionary<string, object?>(AdapterConfigKeys.Defaults);
        foreach (var (key, value) in o.KeptAsRead)
        {
            keys[key] = value;
        }

        keys["alpha_pattern"] = o.AlphaPattern.ToDictionary(pair => pair.Key, pair => (object?)new PythonJson.Number(pair.Value));
        keys["base_model_name_or_path"] = o.BaseModel;
        keys["bias"] = Bias(o.Bias);
        keys["ensure_weight_tying"] = o.EnsureWeightTying;
        keys["exclude_modules"] = Patterns(o.ExcludeModules);
        keys["init_lora_weights"] = InitNames.Value(o.Init);
        keys["layers_pattern"] = Bare(o.LayersPattern);
        keys["layers_to_transform"] = Bare(o.LayersToTransform);
        keys["lora_alpha"] = new PythonJson.Number(o.Alpha);
        keys["lora_bias"] = o.LoraBias;
        keys["lora_dropout"] = o.Dropout;
        keys["modules_to_save"] = o.ModulesToSave; // always a list: PEFT takes a bare text for its letters
        keys["r"] = o.Rank;
        keys["rank_pattern"] = o.RankPattern.ToDictionary(pair => pair.Key, pair => (object?)pair.Value);
        keys["revision"] = o.Revision;
        keys["target_modules"] = Patterns(o.TargetModules);
        keys["task_type"] = o.TaskType;
        keys["trainable_token_indices"] = Tokens(o.TrainableTokens);
        keys["use_dora"] = o.UseDora;
        keys["use_rslora"] = o.UseRslora;
        return PythonJson.Write(keys);
    }

    private static string Bias(BiasTraining bias) => bias switch
    {
        BiasTraining.None => "none",
        BiasTraining.All => "all",
        BiasTraining.LoraOnly => "lora_only",
        _ => throw new ArgumentOutOfRangeException(nameof(bias), bias, null),
    };

    private static object? Patterns(ModulePatterns? patterns) => patterns?.Regex ?? (object?)patterns?.Names;

    private static object? Bare<T>(OneOrMany<T>? values) => values is { IsBare: true } ? (object?)values[0] : values;

    private static object? Tokens(TokenRows? tokens) => tokens?.Rows
        ?? (object?)tokens?.ByModule?.ToDictionary(pair => pair.Key, pair => (object?)pair.Value);
}
