using System.Text.Json;

namespace LoraDiff.Adapters.Files;

/// <summary>The keys of PEFT 0.21's LoRA configuration, sorted by what they mean to us.</summary>
internal static class AdapterConfigKeys
{
    /// <summary>The PEFT release whose format is written.</summary>
    public const string PeftVersion = "0.21.2";

    /// <summary>Keys that have a property in <see cref="LoraOptions"/> or are written as constants.</summary>
    public static readonly string[] Understood =
    [
        "alpha_pattern", "auto_mapping", "base_model_name_or_path", "bias", "ensure_weight_tying", "exclude_modules", "fan_in_fan_out", "inference_mode", "init_lora_weights",
        "layers_pattern", "layers_to_transform", "lora_alpha", "lora_bias", "lora_dropout", "modules_to_save", "peft_type", "peft_version", "r", "rank_pattern", "revision",
        "target_modules", "task_type", "trainable_token_indices", "use_dora", "use_rslora",
    ];

    /// <summary>Keys that only matter when an adapter is created or for machinery we do not have; whatever they say changes no loaded number.</summary>
    public static readonly string[] Inert =
        ["auto_mapping", "corda_config", "eva_config", "loftq_config", "lora_ga_config", "megatron_core", "qalora_group_size"];

    /// <summary>Keys that change the mathematics in ways that are not implemented: anything but null, false or empty is refused.</summary>
    public static readonly string[] Refused =
    [
        "alora_invocation_tokens", "arrow_config", "kasa_config", "layer_replication", "megatron_config", "monteclora_config", "target_parameters", "use_bdlora", "use_qalora", "velora_config",
    ];

    /// <summary>What PEFT writes for the keys without a property.</summary>
    public static readonly IReadOnlyDictionary<string, object?> Defaults = new Dictionary<string, object?>
    {
        ["alora_invocation_tokens"] = null,
        ["arrow_config"] = null,
        ["auto_mapping"] = null,
        ["corda_config"] = null,
        ["eva_config"] = null,
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["kasa_config"] = null,
        ["layer_replication"] = null,
        ["loftq_config"] = new Dictionary<string, object?>(),
        ["lora_ga_config"] = null,
        ["megatron_config"] = null,
        ["megatron_core"] = "megatron.core",
        ["monteclora_config"] = null,
        ["peft_type"] = "LORA",
        ["peft_version"] = PeftVersion,
        ["qalora_group_size"] = 16,
        ["target_parameters"] = null,
        ["use_bdlora"] = null,
        ["use_qalora"] = false,
        ["velora_config"] = null,
    };

    /// <summary>Whether a value says nothing: null, false, or an empty list or object.</summary>
    public static bool SaysNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };
}
