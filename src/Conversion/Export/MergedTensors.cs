using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Export;

/// <summary>The tensors of base and adapter as one checkpoint. Each is read, merged and written a few rows at a time when its turn comes.</summary>
internal sealed class MergedTensors(SafetensorsSet files, CausalModel skeleton, AdapterMerge merge, MaskTokenPlan? mask, ScalarType? weightType)
{
    /// <summary>Whether the head has a tensor of its own although the base shares the embedding's.</summary>
    public bool Unties { get; } = skeleton.Config.TieWordEmbeddings && !merge.StaysTied(CheckpointWriter.EmbeddingWeight, CheckpointWriter.HeadWeight);

    private bool Resizes => mask is not null && (mask.Moves || mask.Rows != skeleton.Config.VocabularySize);

    public IReadOnlyList<TensorSource> Sources()
    {
        var sources = skeleton.CheckpointTensors.Select(tensor => Source(tensor.Name, tensor.Name)).ToList();
        if (Unties)
        {
            sources.Add(Source(CheckpointWriter.HeadWeight, CheckpointWriter.EmbeddingWeight));
        }

        return sources;
    }

    // A tied head is made from the embedding's tensor in the file.
    private TensorSource Source(string name, string stored)
    {
        var tensor = files[stored];
        var own = WeightTypes.Find(tensor.Dtype)!.Value;
        var type = weightType ?? own;
        var grows = Resizes && name is CheckpointWriter.EmbeddingWeight or CheckpointWriter.HeadWeight && Resizes;
        if (!merge.Changes(name) && !grows && type == own)
        {
            return TensorSource.FromFile(files.FileOf(stored), tensor) with { Name = name };
        }

        long[] shape = grows ? [mask!.Rows, tensor.Shape[1]] : [.. tensor.Shape];
        return new TensorSource(name, WeightTypes.Find(type), shape, stream =>
        {
            using var table = grows ? new VocabularyTable(mask!, tensor.Shape[0], Rows(tensor, mask!.TrainedId, 1).to(type), stream) : null;
            merge.Merge(name, tensor.Shape, type, (first, count) => Rows(tensor, first, count), table is null
                ? (_, rows) => Write(rows, stream)
                : table.Write);
            table?.Finish();
        });
    }

    private Tensor Rows(SafetensorsTensor tensor, long first, long count)
    {
        var rows = empty([count, .. tensor.Shape.Skip(1)], dtype: WeightTypes.Find(tensor.Dtype));
        files.FileOf(tensor.Name).ReadRange(tensor, first * (tensor.ByteLength / Math.Max(1, tensor.Shape[0])), rows.bytes);
        return rows;
    }

    private static void Write(Tensor rows, Stream stream)
    {
        using var contiguous = rows.contiguous();
        CheckpointWriter.Write(contiguous, stream);
    }
}
