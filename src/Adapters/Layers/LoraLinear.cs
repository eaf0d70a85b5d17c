using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>A linear layer with low-rank adapters.</summary>
internal sealed class LoraLinear(nn.Module<Tensor, Tensor> layer) : AdaptedLayer(nameof(LoraLinear), layer)
{
    public override Tensor forward(Tensor x)
    {
        if (Live.Length == 0 && !IsMerged)
        {
            return Base.call(x);
        }

        if (x.dim() == 2 && Live is [LinearFactors { IsPlain: true } plain])
        {
            return plain.Fused(x, Weight, Bias);
        }

        using var scope = NewDisposeScope();
        var rows = x.dim() == 2 ? x : x.reshape(-1, x.size(-1));
        var y = Live is [LinearFactors only] ? only.Forward(rows, Weight, Bias) : AddAll(rows);
        return (x.dim() == 2 ? y : y.reshape([.. x.shape[..^1], y.size(-1)])).MoveToOuterDisposeScope();
    }

    private Tensor AddAll(Tensor x)
    {
        var y = FusedOps.Current.Linear(x, Weight, Bias);
        foreach (var part in Live)
        {
            y = ((LinearFactors)part).AddTo(y, x, Weight, Bias);
        }

        return y;
    }
}
