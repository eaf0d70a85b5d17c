using LoraDiff.Native;
using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace LoraDiff.Adapters.Layers;

/// <summary>W + s·BA over a linear layer, with a bias on B or a DoRA magnitude if wanted. r rank.</summary>
internal sealed class LinearFactors : AdapterPart
{
    [ComponentName(Name = "lora_A")]
    private readonly Parameter _a;

    [ComponentName(Name = "lora_B")]
    private readonly Parameter _b;

    [ComponentName(Name = "lora_B_bias")]
    private readonly Parameter? _bias;

    [ComponentName(Name = "lora_magnitude_vector")]
    private readonly Parameter? _magnitude;

    // PiSSA and OLoRA start away from zero; the start is subtracted again, so that the base weight stays what it is: s·(BA − B₀A₀).
    [ComponentName(Name = "start_A")]
    private readonly Tensor? _startA;

    [ComponentName(Name = "start_B")]
    private readonly Tensor? _startB;

    private readonly double _dropout;

    /// <param name="adapterName">The adapter these factors belong to.</param>
    /// <param name="a">[r, in].</param>
    /// <param name="b">[out, r].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="magnitude">[out], or null.</param>
    /// <param name="start">What A and B began with, if that was not nothing.</param>
    /// <param name="scaling">s.</param>
    /// <param name="dropout">Probability on the input of A.</param>
    public LinearFactors(string adapterName, Parameter a, Parameter b, Parameter? bias, Parameter? magnitude, (Tensor A, Tensor B)? start, double scaling, double dropout)
        : base(adapterName)
    {
        (_a, _b, _bias, _magnitude, _dropout) = (a, b, bias, magnitude, dropout);
        (_startA, _startB) = (start?.A, start?.B);
        Scaling = scaling;
        RegisterComponents();
    }

    public double Scaling { get; }

    public override bool IsAlone => _magnitude is not null;

    public override IReadOnlyList<(string Suffix, Parameter Value)> Trained =>
    [
        (".lora_A.weight", _a),
        (".lora_B.weight", _b),
        .. _bias is null ? [] : new[] { (".lora_B.bias", _bias) },
        .. _magnitude is null ? [] : new[] { (".lora_magnitude_vector", _magnitude) },
    ];

    /// <summary>Whether the layer is one product and one low-rank product, and nothing else.</summary>
    public bool IsPlain => _magnitude is null && _bias is null && _startA is null && !DropsOut;

    private bool DropsOut => _dropout > 0 && Trainable && training;

    /// <summary>With the start in it, the written form is plain LoRA of twice the rank.</summary>
    public override IEnumerable<(string Suffix, Tensor Value)> ToSave()
    {
        if (_startA is null)
        {
            return base.ToSave();
        }

        using var noGrad = no_grad();
        var (a, b) = Factors();
        return [(".lora_A.weight", a), (".lora_B.weight", b)];
    }

    public override Tensor Apply(Tensor weight) => ApplyToRows(weight, 0);

    public override Tensor ApplyToRows(Tensor rows, long first)
    {
        using var scope = NewDisposeScope();
        var (a, whole) = Factors();
        var b = whole.narrow(0, first, rows.size(0));
        var changed = rows.to(float32) + b.matmul(a) * Scaling;
        return (_magnitude is null ? changed : changed * (_magnitude.narrow(0, first, rows.size(0)) / RowNorms(rows, a, b, Scaling)).unsqueeze(1)).MoveToOuterDisposeScope();
    }

    public override Tensor? Shift() => _bias is null ? null : _bias * Scaling;

    public override Tensor? ApplyToBias(Tensor? bias)
    {
        if (_bias is null)
        {
            return bias;
        }

        if (bias is null)
        {
            throw new AdapterException(
                $"Adapter '{AdapterName}' has a bias on B (lora_bias) but a layer it adapts has none, so it cannot be merged. Use it unmerged.");
        }

        using var scope = NewDisposeScope();
        return (bias.to(float32) + _bias * Scaling).MoveToOuterDisposeScope();
    }

    /// <summary>The whole layer in one call, where <see cref="IsPlain"/>. x [N, in] → [N, out].</summary>
    public Tensor Fused(Tensor x, Tensor weight, Tensor? bias) => FusedOps.Current.LoraLinear(x, weight, bias, _a, _b, Scaling);

    /// <summary>The whole layer with only this part active. x [N, in] → [N, out].</summary>
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        if (_magnitude is null && _bias is null && !DropsOut)
        {
            var (a, b) = Factors();
            return FusedOps.Current.LoraLinear(x, weight, bias, a, b, Scaling).MoveToOuterDisposeScope();
        }

        return AddTo(FusedOps.Current.Linear(x, weight, bias), x, weight, bias).MoveToOuterDisposeScope();
    }

    /// <summary>Adds this part to y = x·Wᵀ + bias (+ other parts). x [N, in], y [N, out].</summary>
    public Tensor AddTo(Tensor y, Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var drops = DropsOut;
        var input = drops ? functional.dropout(x, _dropout, true) : x;
        var (a, b) = Factors();
        var low = functional.linear(functional.linear(input, a.to(x.dtype)), b.to(x.dtype), _bias?.to(x.dtype)) * Scaling;
        if (_magnitude is null)
        {
            return (y + low).MoveToOuterDisposeScope();
        }

        // As PEFT: what the magnitude rescales is the product without bias, and under dropout that of the dropped input.
        var scale = (_magnitude / Norm(weight)).to(x.dtype);
        var product = drops ? FusedOps.Current.Linear(input, weight, null) : bias is null ? y : y - bias.to(x.dtype);
        return (y + (scale - 1) * product + scale * low).MoveToOuterDisposeScope();
    }

    /// <summary>‖W + s·BA‖ of every row; without gradient (DoRA, section 4.3).</summary>
    internal static Tensor RowNorms(Tensor weight, Tensor a, Tensor b, double scaling)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var changed = weight.to(float32) + b.matmul(a) * scaling;
        return changed.pow(2).sum(dim: 1).sqrt().MoveToOuterDisposeScope();
    }

    private Tensor Norm(Tensor weight)
    {
        var (a, b) = Factors();
        return RowNorms(weight, a, b, Scaling);
    }

    private (Tensor A, Tensor B) Factors() => _startA is null
        ? (_a, _b)
        : (cat([_a, _startA], 0), cat([_b, -_startB!], 1));
}
