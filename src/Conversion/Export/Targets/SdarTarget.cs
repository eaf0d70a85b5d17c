using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export.Targets;

/// <summary>SDAR's layout over Qwen3 layers: sglang goes by the architecture's name, lmdeploy by the model type, and both have the mask id built in; Diffulex reads it from the configuration.</summary>
internal sealed class SdarTarget : IExportTarget
{
    // Rows of Qwen3's table, and the mask id that the engines have built in: the first row that no token of Qwen3 uses.
    private const int Qwen3Rows = 151_936;
    private const int Qwen3Mask = 151_669;
    private static readonly int[] DiffulexSizes = [4, 8, 16, 32];
    private static readonly RemoteCode Code = new("sdar", "sdar", "SDARConfig", "SDARForCausalLM", "Qwen3", "block_size", ["AutoModelForCausalLM"]);

    public string Name => "sdar";

    public string Description => "SDAR's layout for sglang, lmdeploy and Diffulex: Qwen3, block-causal, same position";

    public string? MaskLiteral => "<|MASK|>";

    public IEnumerable<string> Refusals(ModelConfig model, ConversionRecipe? recipe)
        => [.. Requirements.Family(model, "qwen3"), .. Requirements.BlockCausal(recipe), .. Requirements.Shift(recipe, shift: false), .. Requirements.GridFromTheStart(recipe)];

    public string? RefuseMask(ModelConfig model, MaskTokenPlan mask)
        => model.VocabularySize == Qwen3Rows && mask.Id != Qwen3Mask
            ? $"its mask token is {mask.Id}, while the engines have {Qwen3Mask} built in; train with mask_token_id={Qwen3Mask}"
            : null;

    public IEnumerable<string> Warnings(ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        yield return $"Tell the server the block size, which it does not read from the folder: {recipe!.BlockSchedule.Max} (lmdeploy --dllm-block-length, sglang block_size in the algorithm's YAML).";
        if (mask!.Id != Qwen3Mask)
        {
            yield return $"This is not Qwen3's vocabulary: sglang and lmdeploy, which have mask id {Qwen3Mask} built in, cannot serve it; Diffulex reads {mask.Id} from config.json.";
        }

        if (!DiffulexSizes.Contains(recipe.BlockSchedule.Max))
        {
            yield return $"Diffulex only takes block sizes {string.Join(", ", DiffulexSizes)}.";
        }
    }

    public void Configure(JsonObject config, ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        Code.Configure(config, model);
        config["block_size"] = recipe!.BlockSchedule.Max;
        config["mask_token_id"] = mask!.Id;
        config["head_dim"] = model.HeadDim;
        config["attention_bias"] = model.QueryKeyValueBias;
    }

    public IReadOnlyDictionary<string, string> Files(ModelConfig model, ConversionRecipe? recipe) => Code.Files();
}
