using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoraDiff.Native;

/// <summary>Cross-entropy of the output head in chunks of rows; what backward needs of a chunk is recomputed then.</summary>
internal sealed class ChunkedTokenLosses : autograd.SingleTensorFunction<ChunkedTokenLosses>
{
    /// <summary>Logits that may exist at once.</summary>
    private const long LogitsAtOnce = 1L << 25;

    public override string Name => nameof(ChunkedTokenLosses);

    public static Tensor Run(Tensor hidden, Tensor weight, Tensor targets)
        => is_grad_enabled() && (hidden.requires_grad || weight.requires_grad) ? apply(hidden, weight, targets) : Losses(hidden, weight, targets);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, weight, targets) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([hidden, weight, targets]);
        return Losses(hidden, weight, targets);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var scope = NewDisposeScope();
        var saved = ctx.get_saved_variables();
        var (hidden, weight, targets) = (saved[0], saved[1], saved[2]);
        var wide = weight.to(hidden.dtype);
        var toWeight = weight.requires_grad ? zeros_like(weight, dtype: float32) : null;
        var toHidden = new List<Tensor>();
        foreach (var (start, count) in Chunks(hidden.size(0), weight.size(0)))
        {
            using var chunk = NewDisposeScope();
            var rows = hidden.narrow(0, start, count);
            var slope = functional.softmax(functional.linear(rows, wide).to(float32), 1);
            slope.scatter_add_(1, targets.narrow(0, start, count).unsqueeze(1), -ones([count, 1], device: hidden.device));
            slope = (slope * grad_output.narrow(0, start, count).unsqueeze(1)).to(hidden.dtype);
            toHidden.Add(slope.matmul(wide).MoveToOuterDisposeScope());
            toWeight?.add_(slope.t().matmul(rows).to(float32));
        }

        var first = toHidden.Count == 0 ? zeros_like(hidden) : cat(toHidden.ToArray(), 0);
        return [first.MoveToOuterDisposeScope(), toWeight is null ? null! : toWeight.to(weight.dtype).MoveToOuterDisposeScope(), null!];
    }

    private static Tensor Losses(Tensor hidden, Tensor weight, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var wide = weight.to(hidden.dtype);
        var parts = new List<Tensor>();
        foreach (var (start, count) in Chunks(hidden.size(0), weight.size(0)))
        {
            using var chunk = NewDisposeScope();
            var logits = functional.linear(hidden.narrow(0, start, count), wide).to(float32);
            var chosen = logits.gather(1, targets.narrow(0, start, count).unsqueeze(1)).squeeze(1);
            parts.Add((logits.logsumexp(1) - chosen).MoveToOuterDisposeScope());
        }

        var losses = parts.Count == 0 ? zeros([0], dtype: float32, device: hidden.device) : cat(parts.ToArray(), 0);
        return losses.MoveToOuterDisposeScope();
    }

    private static IEnumerable<(long Start, long Count)> Chunks(long rows, long vocabulary)
    {
        var step = Math.Max(64, LogitsAtOnce / Math.Max(1, vocabulary));
        for (long start = 0; start < rows; start += step)
        {
            yield return (start, Math.Min(step, rows - start));
        }
    }
}
