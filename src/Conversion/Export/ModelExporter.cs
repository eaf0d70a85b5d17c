using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Safetensors;
using LoraDiff.Tokenizers;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Export;

/// <summary>
/// Makes one checkpoint folder of a base model and an adapter, for LoraDiff, transformers or a serving engine. Tensors go from file to file a few rows at a time; no model is loaded, whatever its size.
/// </summary>
/// <example>
/// <code>
/// var result = ModelExporter.Export(new ExportRequest { Model = "Qwen3-0.6B", Adapter = "adapter", Output = "merged", Target = "sdar" });
/// </code>
/// </example>
public static class ModelExporter
{
    /// <summary>The target that keeps the base's architecture.</summary>
    public const string Plain = "plain";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The targets by name, each with one line about it.</summary>
    public static IReadOnlyList<(string Name, string Description)> Targets { get; } = [.. ExportTargets.All.Select(target => (target.Name, target.Description))];

    /// <summary>Merges, writes, checks, and puts the folder in its place.</summary>
    /// <param name="request">What to export.</param>
    /// <param name="progress">Told after every tensor.</param>
    /// <param name="cancellationToken">Looked at between tensors and layers; nothing is left behind.</param>
    /// <exception cref="ExportException">The target cannot serve this adapter, the mask token needs a decision, the place is taken, or the check failed.</exception>
    /// <exception cref="CheckpointException">The base model cannot be used.</exception>
    /// <exception cref="AdapterException">The adapter cannot be read, does not fit, or cannot be merged.</exception>
    /// <exception cref="RecipeException">The adapter's <c>loradiff.json</c> cannot be used.</exception>
    public static ExportResult Export(ExportRequest request, IProgress<ExportProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxShardBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.PadVocabularyTo, 1);
        var target = ExportTargets.Find(request.Target);
        var model = CheckpointFolder.Open(request.Model);
        var recipe = ConversionRecipe.FromFolder(request.Adapter);
        var tokenizer = model.TokenizerPath is null ? null : Tokenizer.FromFolder(model.Folder);
        var mask = ExportTargets.RequireServable(target, model.Config, recipe, candidate => Mask(request, candidate, model, recipe, tokenizer));

        using var files = model.OpenWeights();
        using var weights = new WeightSource(files, model.Config, new ModelLoadOptions { ComputeType = ScalarType.Float32 }, deferred: true);
        using var skeleton = CausalModel.Skeleton(model, weights);
        using var merge = AdapterMerge.Open(skeleton, request.Adapter);
        using var output = OutputFolder.Create(request.Output, request.Overwrite, request.Model, request.Adapter);
        var tensors = new MergedTensors(files, skeleton, merge, mask, request.WeightType);
        var written = ShardedWriter.Write(output.Path, Reporting(tensors.Sources(), progress), maxShardBytes: request.MaxShardBytes, cancellationToken: cancellationToken);

        WriteConfig(output.Path, request, target, model, recipe, mask, tensors.Unties);
        CopyCompanions(model, output.Path);
        if (mask is not null && tokenizer is not null)
        {
            TokenizerFiles.AddMask(output.Path, model.Folder, tokenizer, mask);
        }

        foreach (var (name, text) in target.Files(model.Config, recipe))
        {
            File.WriteAllText(Path.Combine(output.Path, name), text);
        }

        (recipe is null || mask is null ? recipe : recipe with { MaskTokenId = mask.Id })?.Save(output.Path);
        var difference = request.Verify
            ? ExportCheck.Compare(model, request.Adapter, CheckpointFolder.Open(output.Path), mask, request.Device ?? CPU, cancellationToken)
            : ((double Absolute, double Relative)?)null;
        cancellationToken.ThrowIfCancellationRequested();
        var shards = written.Where(name => name.EndsWith(".safetensors", StringComparison.Ordinal)).Select(name => new FileInfo(Path.Combine(output.Path, name))).ToList();
        var result = new ExportResult
        {
            Path = request.Output,
            Target = target.Name,
            Files = [],
            Shards = shards.Count,
            Bytes = shards.Sum(file => file.Length),
            MaskToken = mask?.Literal,
            MaskTokenId = mask?.Id,
            Recipe = recipe,
            BaseModel = merge.Options.BaseModel,
            MaxDifference = difference?.Absolute,
            MaxRelativeDifference = difference?.Relative,
            Warnings = [.. Warnings(target, model, recipe, mask, merge, tokenizer)],
        };
        if (request.Card is { } card)
        {
            File.WriteAllText(Path.Combine(output.Path, "README.md"), card(result));
        }

        result = result with { Files = [.. Directory.EnumerateFiles(output.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)] };
        output.Commit();
        return result;
    }

    private static IReadOnlyList<TensorSource> Reporting(IReadOnlyList<TensorSource> tensors, IProgress<ExportProgress>? progress)
    {
        if (progress is null)
        {
            return tensors;
        }

        var total = tensors.Sum(SafetensorsWriter.ByteLength);
        long done = 0;
        return [.. tensors.Select(tensor => tensor with
        {
            Write = stream =>
            {
                tensor.Write(stream);
                progress.Report(new ExportProgress(done += SafetensorsWriter.ByteLength(tensor), total));
            },
        })];
    }

    private static MaskTokenPlan? Mask(ExportRequest request, IExportTarget target, CheckpointFolder model, ConversionRecipe? recipe, Tokenizer? tokenizer)
    {
        if (recipe is null)
        {
            return null;
        }

        var trained = recipe.MaskTokenId ?? throw new ExportException($"The adapter's {ConversionRecipe.FileName} has no mask_token_id, so nothing was converted with it. Set it to the token that stood for a missing one.");
        return MaskTokenPlan.Make(trained, tokenizer, model.Config.VocabularySize, target.MaskLiteral, request.MaskToken, request.PadVocabularyTo);
    }

    private static IEnumerable<string> Warnings(IExportTarget target, CheckpointFolder model, ConversionRecipe? recipe, MaskTokenPlan? mask, AdapterMerge merge, Tokenizer? tokenizer)
    {
        if (tokenizer is null && mask is not null)
        {
            yield return $"'{model.Folder}' has no tokenizer.json, so the new folder has no tokenizer that knows the mask token.";
        }

        foreach (var warning in merge.Warnings.Concat(target.Warnings(model.Config, recipe, mask)))
        {
            yield return warning;
        }
    }

    private static void CopyCompanions(CheckpointFolder model, string folder)
    {
        foreach (var name in CheckpointWriter.Companions.Where(name => File.Exists(Path.Combine(model.Folder, name))))
        {
            // Not File.Copy: files of the Hub's cache are links, and may be read-only.
            File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(model.Folder, name)));
        }

        var generation = Path.Combine(folder, "generation_config.json");
        if (!File.Exists(generation))
        {
            var defaults = model.Generation;
            var json = new JsonObject();
            if (defaults.EosTokenIds.Count > 0)
            {
                json["eos_token_id"] = new JsonArray([.. defaults.EosTokenIds.Select(id => (JsonNode)id)]);
            }

            if (defaults.BosTokenId is { } bos)
            {
                json["bos_token_id"] = bos;
            }

            if (defaults.PadTokenId is { } pad)
            {
                json["pad_token_id"] = pad;
            }

            File.WriteAllText(generation, json.ToJsonString(Indented) + "\n");
        }
    }

    private static void WriteConfig(string folder, ExportRequest request, IExportTarget target, CheckpointFolder model, ConversionRecipe? recipe, MaskTokenPlan? mask, bool unties)
    {
        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(model.Folder, model.ConfigFile)))!.AsObject();
        if (unties)
        {
            json["tie_word_embeddings"] = false;
        }

        if (request.WeightType is { } type)
        {
            json[json.ContainsKey("torch_dtype") ? "torch_dtype" : "dtype"] = type.ToString().ToLowerInvariant();
        }

        if (mask is not null)
        {
            json["vocab_size"] = mask.Rows;
        }

        target.Configure(json, model.Config, recipe, mask);
        File.WriteAllText(Path.Combine(folder, "config.json"), json.ToJsonString(Indented) + "\n");
    }
}
