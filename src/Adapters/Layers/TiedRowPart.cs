using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>The trained rows of an embedding, seen by the head that shares its table. It has no tensors of its own.</summary>
internal sealed class TiedRowPart : AdapterPart
{
    // In an array, so that the rows are registered in one place only.
    private readonly TokenRowPart[] _source;

    public TiedRowPart(TokenRowPart source)
        : base(source.AdapterName)
        => _source = [source];

    public override IReadOnlyList<(string Suffix, Parameter Value)> Trained => [];

    public override Tensor Apply(Tensor weight) => _source[0].Apply(weight);

    public override Tensor ApplyToRows(Tensor rows, long first) => _source[0].ApplyToRows(rows, first);

    /// <summary>Replaces the trained rows' logits. x [N, D], logits [N, V].</summary>
    public Tensor Replace(Tensor logits, Tensor x)
    {
        using var scope = NewDisposeScope();
        var own = nn.functional.linear(x, _source[0].Values.to(x.dtype));
        return logits.index_copy(1, _source[0].Rows, own).MoveToOuterDisposeScope();
    }
}
