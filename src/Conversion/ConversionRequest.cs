using LoraDiff.Adapters;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion;

/// <summary>What to convert, with what, into which folder.</summary>
public sealed record ConversionRequest
{
    /// <summary>Folder of the checkpoint; never written to.</summary>
    public required string Model { get; init; }

    /// <summary>Files, folders or patterns: JSONL with <c>prompt</c> and <c>completion</c>, <c>text</c>, or <c>messages</c> a line, or plain text. A text stands for one.</summary>
    public required DataSources Data { get; init; }

    /// <summary>Where the PEFT folder goes, with <c>loradiff.json</c>, <c>metrics.jsonl</c> and <c>checkpoints/</c>; made where it is missing.</summary>
    public required string Output { get; init; }

    /// <summary>What to learn. Default: <see cref="ConversionRecipe.LoraDiff"/>. Its mask token is chosen where it names none.</summary>
    public ConversionRecipe Recipe { get; init; } = ConversionRecipe.LoraDiff;

    /// <summary>How long and how fast. Default: thirty minutes.</summary>
    public TrainingOptions Training { get; init; } = new() { Minutes = 30 };

    /// <summary>The adapter: default rank 32, alpha 64, on every linear layer. The mask token's row is trained besides, unless rows are named here.</summary>
    public LoraOptions Lora { get; init; } = new() { Rank = 32, Alpha = 64, TargetModules = ModulePatterns.AllLinear };

    /// <summary>How data is read and cut.</summary>
    public DataOptions DataOptions { get; init; } = new();

    /// <summary>Where and in which types to compute.</summary>
    public ModelLoadOptions Load { get; init; } = new();

    /// <summary>Data as <see cref="Data"/>, whose losses are measured during training; null takes the share that <see cref="DataOptions.EvalShare"/> keeps apart, if any.</summary>
    public DataSources? Validation { get; init; }

    /// <summary>Whether to go on from the newest checkpoint in <see cref="Output"/>. Without it, a folder with checkpoints is refused.</summary>
    public bool Resume { get; init; }

    /// <summary>What the adapter records as its base, for example a Hub id; null records <see cref="Model"/>.</summary>
    public string? BaseModelName { get; init; }

    /// <summary>The command line that asked for this, which the adapter's card repeats; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>Keys that <see cref="With"/> knows: those of the recipe, of the training options, of PEFT's LoRA configuration and of the data.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. ConversionRecipe.Keys.Concat(TrainingOptions.Keys).Concat(LoraKeys.All).Concat(Conversion.Data.DataOptions.Keys).Order(StringComparer.Ordinal)];

    /// <summary>The request with one setting changed, as <c>--set key=value</c> gives it.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="value">Its value as text.</param>
    /// <exception cref="RecipeException">Unknown key, or a value that does not fit.</exception>
    public ConversionRequest With(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return key switch
        {
            _ when ConversionRecipe.Keys.Contains(key) => this with { Recipe = Recipe.With(key, value) },
            _ when TrainingOptions.Keys.Contains(key) => this with { Training = Training.With(key, value) },
            _ when LoraKeys.All.Contains(key) => this with { Lora = LoraKeys.With(Lora, key, value) },
            _ when Conversion.Data.DataOptions.Keys.Contains(key) => this with { DataOptions = DataOptions.With(key, value) },
            _ => throw new RecipeException($"Unknown key '{key}'. Known keys: {string.Join(", ", Keys)}."),
        };
    }
}
