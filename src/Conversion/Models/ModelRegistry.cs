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
        // Block-diffusion checkpoints with the layers of a family above, as loradiff export and their own projects write them.
        ["sdar"] = Qwen3Model.Family with { Architecture = "SDARForCausalLM" },
        ["Fast_dLLM_Qwen"] = Qwen2Model.Family with { Architecture = "Fast_dLLM_QwenForCausalLM" },
        ["a2d-qwen3"] = Qwen3Model.Family with { Architecture = "A2DQwen3LMHeadModel" },
        ["a2d-qwen2"] = Qwen2Model.Family with { Architecture = "A2DQwen2LMHeadModel" },
        ["a2d-llama"] = LlamaModel.Family with { Architecture = "A2DLlamaLMHeadModel" },
    };

    public static IEnumerable<string> ModelTypes => Families.Keys;

    public static bool TryGet(string modelType, [NotNullWhen(true)] out ModelFamily? family) => Families.TryGetValue(modelType, out family);
}
