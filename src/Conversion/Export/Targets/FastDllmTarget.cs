using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export.Targets;

/// <summary>Fast-dLLM v2's layout over Qwen2.5 layers, which Diffulex serves as <c>fast_dllm_v2</c>.</summary>
internal sealed class FastDllmTarget : IExportTarget
{
    // The rows of Qwen2.5's tables by model size, and the mask id that Fast-dLLM v2's code has built in.
    private static readonly int[] Qwen25Rows = [151_936, 152_064];
    private const int Qwen25Mask = 151_665;
    private static readonly RemoteCode Code = new("Fast_dLLM_Qwen", null, "Fast_dLLM_QwenConfig", "Fast_dLLM_QwenForCausalLM", "Qwen2", "bd_size", ["AutoModelForCausalLM"]);

    public string Name => "fast-dllm-v2";

    public string Description => "Fast-dLLM v2's layout for Diffulex: Qwen2.5, block-causal, shifted";

    public string? MaskLiteral => "|<MASK>|";

    public IEnumerable<string> Refusals(ModelConfig model, ConversionRecipe? recipe)
        => [.. Requirements.Family(model, "qwen2"), .. Requirements.BlockCausal(recipe), .. Requirements.Shift(recipe, shift: true), .. Requirements.GridFromTheStart(recipe)];

    public string? RefuseMask(ModelConfig model, MaskTokenPlan mask)
        => Qwen25Rows.Contains(model.VocabularySize) && mask.Id != Qwen25Mask
            ? $"its mask token is {mask.Id}, while Fast-dLLM v2's code has {Qwen25Mask} built in; train with mask_token_id={Qwen25Mask}"
            : null;

    public IEnumerable<string> Warnings(ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        if (mask!.Id != Qwen25Mask)
        {
            yield return $"This is not Qwen2.5's vocabulary: code that has mask id {Qwen25Mask} built in cannot serve it; Diffulex reads {mask.Id} from config.json.";
        }
    }

    public void Configure(JsonObject config, ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        Code.Configure(config, model);
        config["bd_size"] = recipe!.BlockSchedule.Max;
        config["mask_token_id"] = mask!.Id;
    }

    public IReadOnlyDictionary<string, string> Files(ModelConfig model, ConversionRecipe? recipe) => Code.Files();
}
