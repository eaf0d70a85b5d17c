using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Native;

/// <summary>Rows of a weight that is given, not initialised. Registered as <c>weight</c>.</summary>
public sealed class FrozenEmbedding : nn.Module<Tensor, Tensor>, IEffectiveWeight
{
    /// <summary>Wraps a checkpoint's tensor; it is shared, not copied.</summary>
    /// <param name="weight">[rows, dim].</param>
    public FrozenEmbedding(Parameter weight)
        : base(nameof(FrozenEmbedding))
    {
        ArgumentNullException.ThrowIfNull(weight);
        Weight = weight;
        register_parameter("weight", weight);
    }

    /// <summary>[rows, dim].</summary>
    public Parameter Weight { get; }

    /// <summary>[T] int64 → [T, dim], in the weight's type.</summary>
    public override Tensor forward(Tensor ids) => Weight.index_select(0, ids);

    /// <inheritdoc/>
    public Tensor EffectiveWeight() => Weight.alias();

    /// <inheritdoc/>
    public Tensor? EffectiveBias() => null;

    // Registered above under the checkpoint's names; by reflection the properties' fields would be registered a second time.
    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }
}
