using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>Trained rows that stand in for rows of an embedding table. n rows of D.</summary>
internal sealed class TokenRowPart : AdapterPart
{
    [ComponentName(Name = "trainable_tokens_delta")]
    private readonly Parameter _values;

    [ComponentName(Name = "token_indices")]
    private readonly Tensor _rows;

    /// <param name="adapterName">The adapter these rows belong to.</param>
    /// <param name="rows">[n] int64, each once.</param>
    /// <param name="values">[n, D].</param>
    public TokenRowPart(string adapterName, Tensor rows, Parameter values)
        : base(adapterName)
    {
        (_rows, _values) = (rows, values);
        RegisterComponents();
    }

    public override IReadOnlyList<(string Suffix, Parameter Value)> Trained => [(".token_adapter.trainable_tokens_delta", _values)];

    /// <summary>[n] int64.</summary>
    public Tensor Rows => _rows;

    /// <summary>[n, D].</summary>
    public Parameter Values => _values;

    public override Tensor Apply(Tensor weight)
    {
        using var scope = NewDisposeScope();
        return weight.to(float32).index_copy(0, _rows, _values).MoveToOuterDisposeScope();
    }

    public override Tensor ApplyToRows(Tensor rows, long first)
    {
        using var scope = NewDisposeScope();
        var at = _rows.ge(first).logical_and(_rows.lt(first + rows.size(0))).nonzero().view(-1);
        return rows.to(float32).index_copy(0, _rows.index_select(0, at) - first, _values.index_select(0, at)).MoveToOuterDisposeScope();
    }
}
