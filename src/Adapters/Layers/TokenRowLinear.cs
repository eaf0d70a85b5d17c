using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>A head tied to an embedding of which some rows are trained.</summary>
internal sealed class TokenRowLinear(nn.Module<Tensor, Tensor> layer) : AdaptedLayer(nameof(TokenRowLinear), layer)
{
    public override Tensor forward(Tensor x)
    {
        if (Live.Length == 0 && !IsMerged)
        {
            return Base.call(x);
        }

        using var scope = NewDisposeScope();
        var flat = x.dim() == 2 ? x : x.reshape(-1, x.size(-1));
        var logits = FusedOps.Current.Linear(flat, Weight, Bias);
        foreach (var part in Live)
        {
            logits = ((TiedRowPart)part).Replace(logits, flat);
        }

        return (x.dim() == 2 ? logits : logits.reshape([.. x.shape[..^1], logits.size(1)])).MoveToOuterDisposeScope();
    }
}
