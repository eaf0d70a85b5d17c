using LoraDiff.Conversion.Checkpoints;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Export;

/// <summary>An embedding or head on its way into a file, whose mask row moves to another id, and which may grow.</summary>
/// <param name="mask">From where to where, and how many rows there are in the end.</param>
/// <param name="rows">Rows before.</param>
/// <param name="original">The base's row at the trained id, [1, D]; disposed with this object.</param>
/// <param name="stream">Where the bytes go.</param>
internal sealed class VocabularyTable(MaskTokenPlan mask, long rows, Tensor original, Stream stream) : IDisposable
{
    private Tensor? _trained;
    private Tensor? _sum;

    /// <summary>Takes the next rows; those of the trained id come before those of the new one.</summary>
    public void Write(long first, Tensor slice)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var changed = slice.contiguous().clone();
        if (mask.TrainedId >= first && mask.TrainedId < first + slice.size(0))
        {
            var row = changed.narrow(0, mask.TrainedId - first, 1);
            _trained = row.clone().DetachFromDisposeScope();
            row.copy_(original);
        }

        if (mask.Id >= first && mask.Id < first + slice.size(0))
        {
            changed.narrow(0, mask.Id - first, 1).copy_(_trained!);
        }

        var sum = changed.to(float32).sum(dim: 0, keepdim: true);
        var total = (_sum is null ? sum : _sum + sum).DetachFromDisposeScope();
        _sum?.Dispose();
        _sum = total;
        CheckpointWriter.Write(changed, stream);
    }

    /// <summary>Writes the new rows: the mask's, and for the others the mean of all, whose logit is never the largest.</summary>
    public void Finish()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var mean = (_sum! / rows).to(_trained!.dtype);
        for (var id = rows; id < mask.Rows; id++)
        {
            CheckpointWriter.Write(id == mask.Id ? _trained : mean, stream);
        }
    }

    public void Dispose()
    {
        original.Dispose();
        _trained?.Dispose();
        _sum?.Dispose();
    }
}
