using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Export;

/// <summary>Compares the logits of an exported folder with those of base and adapter on a fixed text. The adapter stays beside the weights, so that nothing of the merging is taken for granted.</summary>
internal static class ExportCheck
{
    private const int Length = 24;

    // A prime far from powers of two, so that the ids are spread over the table.
    private const long Stride = 7919;

    /// <exception cref="ExportException">They differ by more than rounding.</exception>
    public static (double Absolute, double Relative) Compare(CheckpointFolder model, string adapter, CheckpointFolder exported, MaskTokenPlan? mask, Device device, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var ids = Ids(model.Config.VocabularySize, mask);
        var expected = Adapted(model, adapter, ids, device, cancellationToken);
        var (found, allowed) = Exported(exported, [.. ids.Select(id => id == mask?.TrainedId ? mask.Id : id)], device, cancellationToken);
        (expected, found) = Aligned(expected, found, mask);
        var largest = expected.abs().max().item<float>();
        var difference = (found - expected).abs().max().item<float>();
        var relative = difference / largest;
        return relative <= allowed
            ? (difference, relative)
            : throw new ExportException($"The logits of the new folder differ from those of base and adapter by {difference:g3} where the largest is {largest:g3}; rounding explains at most {allowed * largest:g3}. Nothing was kept. Please report this.");
    }

    private static Tensor Adapted(CheckpointFolder folder, string adapter, int[] ids, Device device, CancellationToken cancellationToken)
    {
        using var model = PagedModel.Open(folder, device);
        if (LoraOptions.Read(adapter).Init is LoraInit.Pissa or LoraInit.Olora)
        {
            model.ReadAll();
        }

        using var attached = LoraAdapter.Load(model.Model, adapter, cancellationToken: cancellationToken);
        return model.Logits(ids, cancellationToken);
    }

    private static (Tensor Logits, double Allowed) Exported(CheckpointFolder folder, int[] ids, Device device, CancellationToken cancellationToken)
    {
        using var model = PagedModel.Open(folder, device);
        return (model.Logits(ids, cancellationToken), model.Model.CheckpointTensors.Max(tensor => Rounding(tensor.Type)));
    }

    // What rounding every merged weight once can do to a logit, relative to the largest one, with room for deep models.
    private static double Rounding(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => 0.05,
        ScalarType.Float16 => 0.01,
        _ => 1e-3,
    };

    private static int[] Ids(int rows, MaskTokenPlan? mask)
        => [.. Enumerable.Range(1, Length).Select(i => mask is not null && i % 4 == 0 ? mask.TrainedId : (int)(i * Stride % rows))];

    // The mask's column may have moved; what stands in the places it left and took has nothing to be compared with.
    private static (Tensor Expected, Tensor Found) Aligned(Tensor expected, Tensor found, MaskTokenPlan? mask)
    {
        var same = found.narrow(1, 0, expected.size(1));
        if (mask is not { Moves: true })
        {
            return (expected, same);
        }

        var moved = same.index_copy(1, tensor(new long[] { mask.TrainedId }), found.narrow(1, mask.Id, 1));
        if (mask.Id < expected.size(1))
        {
            var unused = tensor(new long[] { mask.Id });
            return (expected, moved.index_copy(1, unused, expected.narrow(1, mask.Id, 1)));
        }

        return (expected, moved);
    }
}
