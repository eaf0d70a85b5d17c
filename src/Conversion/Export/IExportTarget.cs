using System.Text.Json.Nodes;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export;

/// <summary>Who loads an exported folder: what they can serve, and what they want to find in it.</summary>
internal interface IExportTarget
{
    /// <summary>What the target is called on a command line.</summary>
    string Name { get; }

    /// <summary>One sentence for a list of targets.</summary>
    string Description { get; }

    /// <summary>What it calls the mask token; null where any name will do.</summary>
    string? MaskLiteral { get; }

    /// <summary>Why it cannot serve this conversion, one clause each; empty where it can.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="recipe">How the adapter was trained; null where that is not recorded.</param>
    IEnumerable<string> Refusals(ModelConfig model, ConversionRecipe? recipe);

    /// <summary>Why it cannot serve this mask token; null where it can.</summary>
    string? RefuseMask(ModelConfig model, MaskTokenPlan mask);

    /// <summary>What a user of the folder should know, one sentence each.</summary>
    IEnumerable<string> Warnings(ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask);

    /// <summary>Makes the base's <c>config.json</c> the target's.</summary>
    void Configure(JsonObject config, ModelConfig model, ConversionRecipe? recipe, MaskTokenPlan? mask);

    /// <summary>Further files by name.</summary>
    IReadOnlyDictionary<string, string> Files(ModelConfig model, ConversionRecipe? recipe);
}
