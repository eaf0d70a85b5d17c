namespace LoraDiff.Adapters.Files;

/// <summary>The names of an adapter folder's files.</summary>
internal static class AdapterFolder
{
    public const string ConfigName = "adapter_config.json";
    public const string WeightsName = "adapter_model.safetensors";
}
