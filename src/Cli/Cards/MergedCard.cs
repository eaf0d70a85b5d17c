using System.Globalization;
using System.Text;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Export;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Cli.Cards;

/// <summary>The card of a merged folder: what the Hub wants in its front matter, and how the folder is loaded.</summary>
internal sealed class MergedCard
{
    // What a merged model takes over from the card of its base and from that of the adapter.
    private static readonly string[] FromBase = ["license", "license_name", "license_link", "language"];
    private static readonly string[] FromAdapter = [.. FromBase, "datasets"];

    private readonly ModelCard? _base;
    private readonly ModelCard? _adapter;

    private MergedCard(ModelCard? baseCard, ModelCard? adapter) => (_base, _adapter) = (baseCard, adapter);

    /// <summary>Reads the cards of both folders, where they have one.</summary>
    /// <param name="model">The base's folder.</param>
    /// <param name="adapter">The adapter's folder.</param>
    /// <param name="warnings">Told about a card that cannot be read; the new card then takes nothing from it.</param>
    public static MergedCard Open(string model, string adapter, TextWriter warnings) => new(Read(model, warnings), Read(adapter, warnings));

    /// <summary>The card's text.</summary>
    public string Write(ExportResult result)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(result.Path)));
        var card = new ModelCard { Body = $"\n# {name}\n\n{Text(result)}" };
        if (ModelCardRules.IsHubId(result.BaseModel))
        {
            card.Metadata.Set("base_model", result.BaseModel);
            card.Metadata.Set("base_model_relation", "merge");
        }

        card.Metadata.Set("library_name", "transformers");
        card.Metadata.Set("pipeline_tag", "text-generation");
        Inherit(card, _base, FromBase);
        Inherit(card, _adapter, FromAdapter);
        card.Metadata.Set("tags", (string[])["loradiff", .. result.Recipe is null ? (string[])[] : ["block-diffusion"], .. result.Target == ModelExporter.Plain ? (string[])[] : [result.Target, "custom_code"]]);
        return card.ToString();
    }

    private static ModelCard? Read(string folder, TextWriter warnings)
    {
        var path = Path.Combine(folder, ModelCard.FileName);
        try
        {
            return File.Exists(path) ? ModelCard.Parse(File.ReadAllText(path)) : null;
        }
        catch (ModelCardException e)
        {
            warnings.WriteLine($"warning: nothing was taken from {path}: {e.Message}");
            return null;
        }
    }

    private static void Inherit(ModelCard card, ModelCard? from, string[] keys)
    {
        foreach (var key in keys.Where(key => from?.Metadata[key] is not null && !card.Metadata.Contains(key)))
        {
            card.Metadata.Set(key, from!.Metadata[key]);
        }
    }

    private static string Text(ExportResult result)
    {
        var text = new StringBuilder();
        var baseModel = ModelCardRules.IsHubId(result.BaseModel) ? $"[{result.BaseModel}](https://huggingface.co/{result.BaseModel})" : "its base model";
        if (result.Recipe is not { } recipe)
        {
            return text.AppendLine(CultureInfo.InvariantCulture, $"{baseModel} with a LoRA adapter merged into its weights by LoraDiff.").ToString();
        }

        text.AppendLine(CultureInfo.InvariantCulture, $"A block-diffusion language model: {baseModel} with a LoRA adapter of LoraDiff merged into its weights. Text is written block after block, and several tokens of a block become final in one forward pass.");
        text.AppendLine().AppendLine("| | |").AppendLine("|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Layout | `{result.Target}`: {ModelExporter.Targets.Single(t => t.Name == result.Target).Description} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Block size | {result.BlockSize} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Mask token | `{result.MaskToken?.Replace("|", "\\|", StringComparison.Ordinal)}` (id {result.MaskTokenId}) |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| Recipe | {recipe.Name}: {(recipe.CleanHalf == CleanHalf.BlockCausal ? "block-causal" : "token-causal")}, {(recipe.Shift ? "shifted" : "same position")} (`{ConversionRecipe.FileName}`) |");
        if (result.Warnings.Count > 0)
        {
            text.AppendLine().AppendLine("## Serving it").AppendLine();
            foreach (var warning in result.Warnings)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"* {warning}");
            }
        }

        text.AppendLine().AppendLine("## Decoding it with LoraDiff").AppendLine();
        text.AppendLine("    loradiff generate --model FOLDER --prompt \"...\"");
        return text.ToString();
    }
}
