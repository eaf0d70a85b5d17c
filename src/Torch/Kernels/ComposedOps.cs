using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoraDiff.Native;

/// <summary>Each fused operation written out in TorchSharp calls.</summary>
internal sealed class ComposedOps : IFusedOps
{
    public string Name => "composed";

    public Tensor RmsNorm(Tensor x, Tensor weight, double eps)
    {
        using var scope = NewDisposeScope();
        var wide = x.to(float32);
        var normal = wide * rsqrt(wide.pow(2).mean([-1], true) + eps);
        return (normal * weight.to(float32)).to(x.dtype).MoveToOuterDisposeScope();
    }

    public Tensor Rotary(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        var wide = x.to(float32);
        var half = x.size(2) / 2;
        var rotated = cat([-wide.narrow(2, half, half), wide.narrow(2, 0, half)], 2);
        return (wide * cos.unsqueeze(1) + rotated * sin.unsqueeze(1)).to(x.dtype).MoveToOuterDisposeScope();
    }

    public Tensor NormRotary(Tensor x, Tensor weight, double eps, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        return Rotary(RmsNorm(x, weight, eps), cos, sin).MoveToOuterDisposeScope();
    }

    public Tensor SwiGlu(Tensor gate, Tensor up)
    {
        using var scope = NewDisposeScope();
        return (functional.silu(gate) * up).MoveToOuterDisposeScope();
    }

    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        return functional.linear(x, weight.to(x.dtype), bias?.to(x.dtype)).MoveToOuterDisposeScope();
    }

    public Tensor LoraLinear(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, double scaling)
    {
        using var scope = NewDisposeScope();
        var low = functional.linear(x, a.to(x.dtype));
        return (Linear(x, weight, bias) + functional.linear(low, b.to(x.dtype)) * scaling).MoveToOuterDisposeScope();
    }

    public Tensor Attention(Tensor q, Tensor k, Tensor v, SegmentTable segments, double scale)
        => SegmentedAttention.Run(q, k, v, segments, scale);

    public Tensor TokenLosses(Tensor hidden, Tensor weight, Tensor targets)
        => ChunkedTokenLosses.Run(hidden, weight, targets);

    public Tensor MostLikely(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var wide = logits.to(float32);
        var (best, index) = wide.max(1);
        var probability = (best - wide.logsumexp(1)).exp();
        return stack([probability, index.to(float32)], 0).MoveToOuterDisposeScope();
    }
}
