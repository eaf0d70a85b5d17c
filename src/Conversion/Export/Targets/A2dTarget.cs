using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export.Targets;

/// <summary>dllm's layout for a converted autoregressive model: the base's layers without a causal mask. Its samplers take block size and shift as arguments and the mask token from the tokenizer.</summary>
/// <param name="family">The base's model type.</param>
/// <param name="layers">What the transformers classes of that type begin with.</param>
internal sealed class A2dTarget(string family, string layers) : IExportTarget
{
    private readonly RemoteCode _code = new($"a2d-{family}", $"a2d_{family}", $"A2D{layers}Config", $"A2D{layers}LMHeadModel", layers, null, ["AutoModel", "AutoModelForMaskedLM"]);

    public string Name => $"a2d-{family}";

    public string Description => $"dllm's layout for {layers}, block-causal";

    public string? MaskLiteral => "<|mask|>";

    public IEnumerable<string> Refusals(ModelConfig model, ConversionRecipe? recipe) => [.. Requirements.Family(model, family), .. Requirements.BlockCausal(recipe)];

    public string? RefuseMask(ModelConfig model, MaskTokenPlan mask) => null;

    public IEnumerable<string> Warnings(ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        yield return $"Tell dllm's sampler what it does not read from the folder: block_size={recipe!.BlockSchedule.Max}, right_shift_logits={(recipe.Shift ? "True" : "False")}.";
        if (recipe.GridOrigin != GridOrigin.Completion)
        {
            yield return "dllm's sampler counts blocks from the prompt's end, this adapter was trained with blocks counted from the sequence's start.";
        }
    }

    public void Configure(JsonObject config, ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        _code.Configure(config, model);
        config["mask_token_id"] = mask!.Id;
    }

    public IReadOnlyDictionary<string, string> Files(ModelConfig model, ConversionRecipe? recipe) => _code.Files();
}
