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

    /// <summary>The adapter: default rank 32, alpha 64, on every linear layer. The mask token's row is trained besides, whatever rows are named here, unless the whole embedding is trained.</summary>
    public LoraOptions Lora { get; init; } = new() { Rank = 32, Alpha = 64, TargetModules = ModulePatterns.AllLinear };

    /// <summary>How data is read and cut.</summary>
    public DataOptions DataOptions { get; init; } = new();

    /// <summary>Where and in which types to compute.</summary>
    public ModelLoadOptions Load { get; init; } = new();

    /// <summary>Data as <see cref="Data"/>, whose losses are measured during training; null takes the share that <see cref="DataOptions.EvalShare"/> keeps apart, if any.</summary>
    public DataSources? Validation { get; init; }

    /// <summary>
    /// Whether to go on from the newest checkpoint in <see cref="Output"/>, which must have one, made with the same model, data and settings; only limits and intervals may be others.
    /// Where <see cref="Load"/> leaves the compute type open, it is the checkpoint's. Without it, a folder with an
    /// adapter, metrics or checkpoints is refused.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>Whether to start anew where <see cref="Output"/> has an adapter, metrics or checkpoints, which are removed when training begins. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>What the adapter records as its base, for example a Hub id; null records <see cref="Model"/>.</summary>
    public string? BaseModelName { get; init; }

    /// <summary>The command line that asked for this, which the adapter's card repeats; null for none.</summary>
    public string? Command { get; init; }

    /// <summary>Keys that <see cref="With(string, string)"/> knows: those of the recipe, of the training options, of PEFT's LoRA configuration and of the data.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. ConversionRecipe.Keys.Concat(TrainingOptions.Keys).Concat(LoraKeys.All).Concat(Conversion.Data.DataOptions.Keys).Order(StringComparer.Ordinal)];

    /// <summary>Refuses what can be told to fail before a model or data are read: settings out of range, settings that contradict each other, an output folder that is taken or cannot be written to.</summary>
    /// <exception cref="RecipeException">A setting is out of range, or contradicts another.</exception>
    /// <exception cref="AdapterException">A setting of the adapter is.</exception>
    /// <exception cref="TrainingException"><see cref="Output"/> has another run, or none to resume.</exception>
    /// <exception cref="IOException"><see cref="Output"/> cannot be used.</exception>
    public void Validate()
    {
        Recipe.Validate();
        Training.Validate();
        Lora.Validate();
        LoraKeys.Require(Lora);
        DataOptions.Validate();
        if (Validation is not null && DataOptions.EvalShare > 0)
        {
            throw new RecipeException($"eval_share is {DataOptions.EvalShare}, but validation data ({Validation}) is given as well; use one of them.");
        }

        if (Path.TrimEndingDirectorySeparator(Path.GetFullPath(Output)) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(Model)))
        {
            throw new IOException($"The output '{Output}' is the folder of the model, which is never written to. Choose another folder.");
        }

        RunFolder.Require(Output, Resume, Overwrite);
    }

    /// <summary>The request with one setting changed, as <c>--set key=value</c> gives it.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    /// <param name="value">
    /// Its value as text. For keys of the adapter JSON, or a short form: plain names between commas are a list, where <c>target_modules</c> and <c>exclude_modules</c> take anything else for a regular expression
    /// or <c>all-linear</c>; numbers between commas are a list too.
    /// </param>
    /// <exception cref="RecipeException">Unknown key, or a value that does not fit.</exception>
    public ConversionRequest With(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return With([new(key, value)]);
    }

    /// <summary>The request with several settings changed. What contradicts each other is looked for when all are in place, so their order says nothing; of a key that comes twice the last counts.</summary>
    /// <param name="settings">Keys and values as <see cref="With(string, string)"/> takes them.</param>
    /// <exception cref="RecipeException">Unknown key, or a value that does not fit.</exception>
    public ConversionRequest With(IEnumerable<KeyValuePair<string, string>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var request = this;
        List<KeyValuePair<string, string>> lora = [];
        foreach (var (key, value) in settings)
        {
            if (LoraKeys.All.Contains(key))
            {
                lora.Add(new(key, value));
                continue;
            }

            request = key switch
            {
                _ when ConversionRecipe.Keys.Contains(key) => request with { Recipe = request.Recipe.With(key, value) },
                _ when TrainingOptions.Keys.Contains(key) => request with { Training = request.Training.With(key, value) },
                _ when Conversion.Data.DataOptions.Keys.Contains(key) => request with { DataOptions = request.DataOptions.With(key, value) },
                _ => throw new RecipeException($"Unknown key '{key}'. Known keys: {string.Join(", ", Keys)}."),
            };
        }

        return lora.Count == 0 ? request : request with { Lora = LoraKeys.With(request.Lora, lora) };
    }
}
