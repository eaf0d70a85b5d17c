using System.Globalization;
using System.Text.Json;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Training;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Conversion.Publishing;

/// <summary>Gathers what the card of an adapter says from the files of its folder and of its base model.</summary>
internal static class AdapterCardFacts
{
    /// <param name="folder">The adapter's folder.</param>
    /// <param name="place">Its base model.</param>
    /// <param name="repository">What the examples call it.</param>
    /// <param name="maskToken">Text of the mask token.</param>
    /// <param name="datasets">Hub ids of the data; empty for those of the training record.</param>
    /// <param name="notes">Gets a sentence for each thing that is left out.</param>
    public static AdapterCard Read(string folder, BaseModelPlace place, string repository, string maskToken, IReadOnlyList<string> datasets, List<string> notes)
    {
        var recipe = RequireRecipe(folder);
        var lora = LoraOptions.Read(folder);
        var training = TrainingRecord.FromFolder(folder);
        if (place.Id is null)
        {
            notes.Add($"base_model is left out of the card: '{Path.GetFileName(Path.TrimEndingDirectorySeparator(place.Named))}' is a folder, and the Hub takes ids only. Name the model on the Hub with --base-model.");
        }

        if (datasets.FirstOrDefault(id => !ModelCardRules.IsHubId(id)) is { } wrong)
        {
            throw new PublishingException($"'{wrong}' is not the id of a data set on the Hub; expected owner/name.");
        }

        var license = License(place, notes);
        return new AdapterCard
        {
            Title = repository[(repository.LastIndexOf('/') + 1)..],
            Repository = repository,
            BaseModel = place.Id,
            License = Text(license, "license"),
            LicenseName = Text(license, "license_name"),
            LicenseLink = Text(license, "license_link"),
            Languages = license?.Metadata.Texts("language") ?? [],
            Datasets = datasets.Count > 0 ? datasets : [.. (training?.Data ?? []).Where(ModelCardRules.IsHubId).Distinct()],
            Recipe = recipe.Name,
            RecipeSettings = [.. Settings(JsonDocument.Parse(recipe.ToJson()).RootElement, "")],
            BlockSize = recipe.BlockSchedule.Max,
            MaskToken = maskToken,
            MaskTokenId = recipe.MaskTokenId ?? throw new PublishingException($"{Path.Combine(folder, ConversionRecipe.FileName)} has no mask_token_id: how it decodes is not known."),
            Training = [.. Training(training, lora, Metrics(folder))],
            TrainingCommand = training?.Command,
            Evaluations = EvaluationFile.FromFolder(folder),
            Chart = Metrics(folder).Count > 0 ? LossChart.FileName : null,
        };
    }

    public static ConversionRecipe RequireRecipe(string folder)
        => ConversionRecipe.FromFolder(folder) ?? throw new PublishingException(File.Exists(Path.Combine(folder, AdapterFolder.ConfigName))
            ? $"{folder} has no {ConversionRecipe.FileName}: it is not an adapter of LoraDiff, and nobody could tell how to decode it."
            : $"{folder} has no {AdapterFolder.ConfigName}: expected a PEFT folder, as `loradiff convert` makes.");

    /// <summary>The loss chart's points, from <c>metrics.jsonl</c>; empty where there is none.</summary>
    public static IReadOnlyList<LossPoint> Points(string folder)
        => [.. Metrics(folder).Select(m => new LossPoint((long)Number(m, "step"), Number(m, "diffusion_loss"), Number(m, "ar_loss"), (int)Number(m, "block_size"))).Where(p => double.IsFinite(p.Diffusion))];

    private static List<JsonElement> Metrics(string folder)
    {
        var path = Path.Combine(folder, MetricsFile.FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        var lines = new List<JsonElement>();
        foreach (var line in File.ReadLines(path).Where(line => line.Length > 0))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                lines.Add(document.RootElement.Clone());
            }
            catch (JsonException e)
            {
                throw new PublishingException($"Line {lines.Count + 1} of {path} is not JSON: {e.Message}", e);
            }
        }

        return lines;
    }

    private static double Number(JsonElement line, string name)
        => line.ValueKind == JsonValueKind.Object && line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    private static IEnumerable<KeyValuePair<string, string>> Training(TrainingRecord? training, LoraOptions lora, List<JsonElement> metrics)
    {
        if (training is not null)
        {
            yield return new("Data", string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", training.Data)}: {training.Documents:N0} documents"));
        }

        if (metrics.Count > 0)
        {
            var (tokens, before) = (0.0, 0.0);
            foreach (var line in metrics)
            {
                tokens += Number(line, "tokens_per_second") * (Number(line, "seconds") - before);
                before = Number(line, "seconds");
            }

            yield return new("Steps", string.Create(CultureInfo.InvariantCulture, $"{(training is null ? (long)Number(metrics[^1], "step") : training.Steps):N0} in {TimeSpan.FromSeconds(before):h\\:mm\\:ss} (h:mm:ss)"));
            if (double.IsFinite(tokens))
            {
                yield return new("Tokens", string.Create(CultureInfo.InvariantCulture, $"about {Math.Round(tokens, 0):N0}"));
            }
        }

        yield return new("LoRA", string.Create(CultureInfo.InvariantCulture, $"rank {lora.Rank}, alpha {lora.Alpha}{(training is null ? "" : $"; {training.Parameters}")}"));
        if (training is not null)
        {
            yield return new("Seed", training.Seed.ToString(CultureInfo.InvariantCulture));
            yield return new("Hardware", training.Hardware);
            yield return new("Software", $"LoraDiff {training.Version}");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Settings(JsonElement value, string prefix)
        => value.EnumerateObject().SelectMany(member => member.Value.ValueKind == JsonValueKind.Object ? Settings(member.Value, $"{prefix}{member.Name}.") : [new($"`{prefix}{member.Name}`", $"`{(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : member.Value.GetRawText())}`")]);

    private static ModelCard? License(BaseModelPlace place, List<string> notes)
    {
        var path = place.Folder is null ? null : Path.Combine(place.Folder, ModelCard.FileName);
        if (path is null || !File.Exists(path))
        {
            notes.Add("license is left out of the card: the base model's own card is not at hand.");
            return null;
        }

        try
        {
            var card = ModelCard.Parse(File.ReadAllText(path));
            if (Text(card, "license") is null)
            {
                notes.Add("license is left out of the card: the base model's own card names none.");
            }

            return card;
        }
        catch (ModelCardException e)
        {
            notes.Add($"license is left out of the card: {path} cannot be read. {e.Message}");
            return null;
        }
    }

    private static string? Text(ModelCard? card, string key) => card?.Metadata[key] as string;
}
