using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>An embedding of which some rows are trained.</summary>
internal sealed class TokenRowEmbedding(nn.Module<Tensor, Tensor> layer) : AdaptedLayer(nameof(TokenRowEmbedding), layer)
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
            rows = Replace(rows, flat, (TokenRowPart)part);
        }

        rows = LayerKinds.MayWiden(Base) ? rows : rows.to(type);
        return rows.reshape([.. ids.shape, rows.size(1)]).MoveToOuterDisposeScope();
    }

    private static Tensor Replace(Tensor rows, Tensor ids, TokenRowPart part)
    {
        var hits = ids.unsqueeze(1).eq(part.Rows);
        var trained = part.Values.index_select(0, hits.to(int64).argmax(1));
        return where(hits.any(1, keepdim: true), trained, rows.to(float32));
    }
}
