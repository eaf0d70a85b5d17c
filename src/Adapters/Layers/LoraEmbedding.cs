using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>An embedding with low-rank adapters.</summary>
internal sealed class LoraEmbedding(nn.Module<Tensor, Tensor> layer) : AdaptedLayer(nameof(LoraEmbedding), layer)
{
    public override Tensor forward(Tensor ids)
    {
        if (Live.Length == 0 && !IsMerged)
        {
            return Base.call(ids);
        }

        using var scope = NewDisposeScope();
        var flat = ids.reshape(-1);
        var rows = Weight.index_select(0, flat);
        var type = rows.dtype;
        foreach (var part in Live)
        {
            rows = ((EmbeddingFactors)part).AddTo(rows, flat, Weight);
        }

        rows = LayerKinds.MayWiden(Base) ? rows : rows.to(type);
        return rows.reshape([.. ids.shape, rows.size(1)]).MoveToOuterDisposeScope();
    }
}
