using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoraDiff.Adapters.Layers;

/// <summary>W + s·(BA)ᵀ over an embedding, with a DoRA magnitude if wanted. V rows, D columns, r rank.</summary>
internal sealed class EmbeddingFactors : AdapterPart
{
    [ComponentName(Name = "lora_embedding_A")]
    private readonly Parameter _a;

    [ComponentName(Name = "lora_embedding_B")]
    private readonly Parameter _b;

    [ComponentName(Name = "lora_magnitude_vector")]
    private readonly Parameter? _magnitude;

    private readonly double _scaling;

    /// <param name="adapterName">The adapter these factors belong to.</param>
    /// <param name="a">[r, V].</param>
    /// <param name="b">[D, r].</param>
    /// <param name="magnitude">[D], or null.</param>
    /// <param name="scaling">s.</param>
    public EmbeddingFactors(string adapterName, Parameter a, Parameter b, Parameter? magnitude, double scaling)
        : base(adapterName)
    {
        (_a, _b, _magnitude, _scaling) = (a, b, magnitude, scaling);
        RegisterComponents();
    }

    public override bool IsAlone => _magnitude is not null;

    public override IReadOnlyList<(string Suffix, Parameter Value)> Trained =>
    [
        (".lora_embedding_A", _a),
        (".lora_embedding_B", _b),
        .. _magnitude is null ? [] : new[] { (".lora_magnitude_vector", _magnitude) },
    ];

    // The magnitude is divided by norms over all rows.
    public override bool NeedsWholeWeight => _magnitude is not null;

    public override Tensor Apply(Tensor weight) => ApplyToRows(weight, 0);

    public override Tensor ApplyToRows(Tensor rows, long first)
    {
        using var scope = NewDisposeScope();
        var changed = rows.to(float32) + _b.matmul(_a.narrow(1, first, rows.size(0))).t() * _scaling;
        return (_magnitude is null ? changed : changed * (_magnitude / ColumnNorms(rows, _a, _b, _scaling))).MoveToOuterDisposeScope();
    }

    /// <summary>Adds this part to the rows taken from the table. ids [N], rows [N, D], table [V, D]; the result is float32.</summary>
    public Tensor AddTo(Tensor rows, Tensor ids, Tensor table)
    {
        using var scope = NewDisposeScope();
        var low = functional.linear(_a.index_select(1, ids).t(), _b) * _scaling;
        var sum = rows.to(float32) + low;
        return (_magnitude is null ? sum : sum * (_magnitude / ColumnNorms(table, _a, _b, _scaling))).MoveToOuterDisposeScope();
    }

    /// <summary>‖W + s·(BA)ᵀ‖ of every column; without gradient.</summary>
    internal static Tensor ColumnNorms(Tensor weight, Tensor a, Tensor b, double scaling)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var changed = weight.to(float32) + b.matmul(a).t() * scaling;
        return changed.pow(2).sum(dim: 0).sqrt().MoveToOuterDisposeScope();
    }
}
