using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export.Targets;

/// <summary>The base architecture, which every reader of such checkpoints loads; LoraDiff decodes it in blocks by the recipe beside it.</summary>
internal sealed class PlainTarget : IExportTarget
{
    public string Name => ModelExporter.Plain;

    public string Description => "the base architecture, for transformers, LoraDiff and every reader of such checkpoints";

    public string? MaskLiteral => null;

    public IEnumerable<string> Refusals(ModelConfig model, ConversionRecipe? recipe) => [];

    public string? RefuseMask(ModelConfig model, MaskTokenPlan mask) => null;

    public IEnumerable<string> Warnings(ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask) => [];

    public void Configure(JsonObject config, ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask)
    {
        if (mask is not null)
        {
            config["mask_token_id"] = mask.Id;
        }
    }

    public IReadOnlyDictionary<string, string> Files(ModelConfig model, ConversionRecipe? recipe) => new Dictionary<string, string>();
}
