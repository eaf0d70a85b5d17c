namespace LoraDiff.Adapters;

/// <summary>The names of the two files that make a folder a PEFT adapter.</summary>
public static class AdapterFolder
{
    /// <summary>The settings: <c>adapter_config.json</c>.</summary>
    public const string ConfigName = "adapter_config.json";

    /// <summary>The trained tensors: <c>adapter_model.safetensors</c>.</summary>
    public const string WeightsName = "adapter_model.safetensors";
}
