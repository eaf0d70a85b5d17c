using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Hub.Cards;
using LoraDiff.Safetensors;

namespace LoraDiff.Conversion.Publishing;

/// <summary>The files of a published adapter, put together in a folder: PEFT files, recipe, records, tokenizer with the mask token, loss chart, card.</summary>
internal static class AdapterStaging
{
    private static readonly string[] Copied =
    [
        AdapterFolder.ConfigName, AdapterFolder.WeightsName, ConversionRecipe.FileName, TrainingRecord.FileName, EvaluationFile.FileName, Training.MetricsFile.FileName,
    ];

    /// <summary>Fills a folder that is empty.</summary>
    /// <param name="adapter">The adapter's folder.</param>
    /// <param name="place">Its base model.</param>
    /// <param name="repository">What the card's examples call it.</param>
    /// <param name="existing">The card to bring up to date, or null.</param>
    /// <param name="datasets">Hub ids of the data; empty for those of the training record.</param>
    /// <param name="target">The folder to fill.</param>
    /// <returns>A sentence for each thing that the card leaves out.</returns>
    public static IReadOnlyList<string> Fill(string adapter, BaseModelPlace place, string repository, ModelCard? existing, IReadOnlyList<string> datasets, string target)
    {
        RequireWhole(adapter, AdapterCardFacts.RequireRecipe(adapter), place);
        foreach (var name in Copied.Where(name => File.Exists(Path.Combine(adapter, name))))
        {
            File.Copy(Path.Combine(adapter, name), Path.Combine(target, name));
        }

        NameBase(Path.Combine(target, AdapterFolder.ConfigName), place);
        return Describe(adapter, place, repository, existing, datasets, target);
    }

    /// <summary>Tokenizer, chart and card beside an adapter that was just trained.</summary>
    public static IReadOnlyList<string> Complete(string adapter, BaseModelPlace place)
    {
        var card = Path.Combine(adapter, ModelCard.FileName);
        return Describe(adapter, place, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(adapter))), File.Exists(card) ? ModelCard.Parse(File.ReadAllText(card)) : null, [], adapter);
    }

    /// <summary>Tokenizer, chart and card alone, as <see cref="Fill"/> writes them; what is there of them is replaced.</summary>
    /// <inheritdoc cref="Fill" path="/param"/>
    /// <inheritdoc cref="Fill" path="/returns"/>
    public static IReadOnlyList<string> Describe(string adapter, BaseModelPlace place, string repository, ModelCard? existing, IReadOnlyList<string> datasets, string target)
    {
        var recipe = AdapterCardFacts.RequireRecipe(adapter);
        var notes = new List<string>();

        // An adapter that was just trained takes the base model's, whatever an earlier run left; a finished one has its own.
        var tokenizer = adapter != target && File.Exists(Path.Combine(adapter, "tokenizer.json")) ? adapter : place.Folder;
        if (tokenizer is null || !File.Exists(Path.Combine(tokenizer, "tokenizer.json")))
        {
            throw new PublishingException($"The base model's tokenizer is not at hand ({(place.Named.Length == 0 ? "the adapter names no base model" : $"'{Path.GetFileName(place.Named)}' is not a folder here")}). Give the base's folder or Hub id with --model.");
        }

        var maskTokenId = recipe.MaskTokenId ?? throw new PublishingException($"{Path.Combine(adapter, ConversionRecipe.FileName)} has no mask_token_id: how it decodes is not known.");
        var mask = TokenizerCopy.Write(tokenizer, target, maskTokenId);
        if (AdapterCardFacts.Points(adapter) is { Count: > 0 } points)
        {
            File.WriteAllBytes(Path.Combine(target, LossChart.FileName), LossChart.Png(points));
        }

        var card = AdapterCardFacts.Read(adapter, place, repository, mask, datasets, notes).ApplyTo(existing);
        if (ModelCardRules.Check(card) is { Count: > 0 } errors)
        {
            throw new ModelCardException($"The Hub would refuse the front matter of {ModelCard.FileName}: {string.Join(" ", errors)}");
        }

        File.WriteAllText(Path.Combine(target, ModelCard.FileName), card.ToString());
        return notes;
    }

    // What could not be loaded is not published. Headers alone: weights are not read for it.
    private static void RequireWhole(string adapter, ConversionRecipe recipe, BaseModelPlace place)
    {
        var weights = Path.Combine(adapter, AdapterFolder.WeightsName);
        if (!File.Exists(weights))
        {
            throw new PublishingException($"{adapter} has no {AdapterFolder.WeightsName}. Did training end before anything was saved?");
        }

        try
        {
            using var file = SafetensorsFile.Open(weights);
        }
        catch (SafetensorsException e)
        {
            throw new PublishingException($"The adapter is not published, because it cannot be read: {e.Message}", e);
        }

        if (recipe.MaskTokenId is { } mask && place.Folder is { } folder && File.Exists(Path.Combine(folder, "config.json")) && CheckpointFolder.Open(folder).Config.VocabularySize is var rows && mask >= rows)
        {
            throw new PublishingException($"{Path.Combine(adapter, ConversionRecipe.FileName)} has mask_token_id {mask}, but the vocabulary of the base model '{folder}' has {rows} rows. Is the adapter of another model?");
        }
    }

    // A folder of this machine says nothing to others.
    private static void NameBase(string config, BaseModelPlace place)
    {
        var text = File.ReadAllText(config);
        var name = place.Id ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(place.Named));
        if (name != place.Named && name.Length > 0)
        {
            // One line of the file, so that all others stay as PEFT wrote them.
            var (old, now) = (JsonValue.Create(place.Named).ToJsonString(), JsonValue.Create(name).ToJsonString());
            File.WriteAllText(config, text.Replace($"\"base_model_name_or_path\": {old}", $"\"base_model_name_or_path\": {now}", StringComparison.Ordinal));
        }
    }
}
