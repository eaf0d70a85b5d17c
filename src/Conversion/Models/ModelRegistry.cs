using System.Diagnostics.CodeAnalysis;

namespace LoraDiff.Conversion.Models;

/// <summary>The architectures, by <c>config.json</c>'s <c>model_type</c>. A new one is one file, one line here, and a fixture.</summary>
internal static class ModelRegistry
{
    private static readonly SortedDictionary<string, ModelFamily> Families = new(StringComparer.Ordinal)
    {
        ["qwen3"] = Qwen3Model.Family,
        ["qwen2"] = Qwen2Model.Family,
        ["llama"] = LlamaModel.Family,
        ["mistral"] = LlamaModel.MistralFamily,
    };

    public static IEnumerable<string> ModelTypes => Families.Keys;

    public static bool TryGet(string modelType, [NotNullWhen(true)] out ModelFamily? family) => Families.TryGetValue(modelType, out family);
}
