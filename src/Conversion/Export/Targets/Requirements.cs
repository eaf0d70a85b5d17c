using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export.Targets;

/// <summary>The questions that targets ask about a conversion.</summary>
internal static class Requirements
{
    public static IEnumerable<string> Family(ModelConfig model, string modelType)
    {
        if (model.ModelType != modelType)
        {
            yield return $"the base is of type {model.ModelType}, not {modelType}";
        }
    }

    public static IEnumerable<string> BlockCausal(ConversionRecipe? recipe)
    {
        if (recipe is null)
        {
            yield return $"the adapter has no {ConversionRecipe.FileName}, so how it was trained is not known";
        }
        else if (recipe.CleanHalf != CleanHalf.BlockCausal)
        {
            yield return "its finished blocks are token-causal, while the engine's see themselves whole (clean_half block_causal)";
        }
    }

    public static IEnumerable<string> Shift(ConversionRecipe? recipe, bool shift)
    {
        if (recipe is not null && recipe.Shift != shift)
        {
            yield return recipe.Shift ? "a row predicts the next token (shift true), while the engine reads a token from its own row" : "a row predicts its own token (shift false), while the engine reads a token from the row before it";
        }
    }

    public static IEnumerable<string> GridFromTheStart(ConversionRecipe? recipe)
    {
        if (recipe is { GridOrigin: not GridOrigin.Sequence })
        {
            yield return "its blocks are counted from the completion's first token, while the engine counts from the sequence's (grid_origin sequence)";
        }
    }
}
