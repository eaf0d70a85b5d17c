using LoraDiff.Adapters;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Safetensors;

namespace LoraDiff.Cli.Inspection;

/// <summary>Tells what a path is by the files in it, and describes it from configurations and headers alone.</summary>
internal static class Inspector
{
    public static InspectionReport Inspect(string path, bool listTensors)
    {
        if (File.Exists(path))
        {
            using var file = SafetensorsSet.Open(path);
            return Describe("safetensors", path, file, listTensors) with { Metadata = file.Files is [var only] ? only.Metadata : null };
        }

        if (!Directory.Exists(path))
        {
            throw new CliException($"there is no file or folder '{path}'.");
        }

        return File.Exists(Path.Combine(path, AdapterFolder.ConfigName)) ? InspectAdapter(path, listTensors) : InspectCheckpoint(path, listTensors);
    }

    private static InspectionReport InspectCheckpoint(string folder, bool listTensors)
    {
        var checkpoint = CheckpointFolder.Open(folder);
        using var weights = checkpoint.OpenWeights();
        var config = checkpoint.Config;
        return Describe("checkpoint", folder, weights, listTensors) with
        {
            Model = new ModelSummary(
                config.ModelType, config.Layers, config.HiddenSize, config.IntermediateSize, config.Heads, config.KeyValueHeads, config.HeadDim, config.VocabularySize, config.MaxPositions,
                config.TieWordEmbeddings, checkpoint.Generation.EosTokenIds, checkpoint.TokenizerPath is not null, checkpoint.ChatTemplate is not null),
        };
    }

    private static InspectionReport InspectAdapter(string folder, bool listTensors)
    {
        var weightsPath = Path.Combine(folder, AdapterFolder.WeightsName);
        if (!File.Exists(weightsPath))
        {
            throw new CliException($"'{folder}' has {AdapterFolder.ConfigName} but no {AdapterFolder.WeightsName}.");
        }

        using var weights = SafetensorsSet.Open(weightsPath);
        var options = LoraOptions.Read(folder);
        var recipe = ConversionRecipe.FromFolder(folder);
        return Describe("adapter", folder, weights, listTensors) with
        {
            Adapter = new AdapterSummary(
                options.BaseModel, options.Rank, options.Alpha, options.Dropout, options.UseRslora, options.UseDora, Targets(options),
                recipe?.Name, recipe?.BlockSchedule.Max, recipe?.Threshold, recipe?.MaskTokenId),
        };
    }

    private static string[] Targets(LoraOptions options) => options.TargetModules is { } targets ? [.. targets] : [];

    private static InspectionReport Describe(string kind, string path, SafetensorsSet weights, bool listTensors) => new()
    {
        Kind = kind,
        Path = path,
        Parameters = weights.Tensors.Sum(Count),
        Bytes = weights.Tensors.Sum(t => t.ByteLength),
        TensorCount = weights.Tensors.Count,
        ParametersByDtype = new SortedDictionary<string, long>(weights.Tensors.GroupBy(t => t.Dtype.ToString()).ToDictionary(g => g.Key, g => g.Sum(Count)), StringComparer.Ordinal),
        Tensors = listTensors ? [.. weights.Tensors.Select(t => new TensorSummary(t.Name, t.Dtype.ToString(), t.Shape, t.ByteLength))] : null,
    };

    private static long Count(SafetensorsTensor tensor) => tensor.Shape.Aggregate(1L, (product, size) => product * size);
}
