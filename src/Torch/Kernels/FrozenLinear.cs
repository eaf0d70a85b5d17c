using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Native;

/// <summary>x·Wᵀ + bias over weights that are given, not initialised; computes in the type of x. Registered as <c>weight</c> and <c>bias</c>.</summary>
public sealed class FrozenLinear : nn.Module<Tensor, Tensor>, IEffectiveWeight
{
    /// <summary>Wraps a checkpoint's tensors; they are shared, not copied.</summary>
    /// <param name="weight">[out, in].</param>
    /// <param name="bias">[out], or null.</param>
    public FrozenLinear(Parameter weight, Parameter? bias = null)
        : base(nameof(FrozenLinear))
    {
        ArgumentNullException.ThrowIfNull(weight);
        Weight = weight;
        Bias = bias;
        register_parameter("weight", weight);
        if (bias is not null)
        {
            register_parameter("bias", bias);
        }
    }

    /// <summary>[out, in].</summary>
    public Parameter Weight { get; }

    /// <summary>[out], or null.</summary>
    public Parameter? Bias { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => FusedOps.Current.Linear(x, Weight, Bias);

    /// <inheritdoc/>
    public Tensor EffectiveWeight() => Weight.alias();

    /// <inheritdoc/>
    public Tensor? EffectiveBias() => Bias?.alias();

    // Registered above under the checkpoint's names; by reflection the properties' fields would be registered a second time.
    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }
}
