using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>One adapter's tensors in one layer, and what they make of the layer's weight.</summary>
internal abstract class AdapterPart : nn.Module
{
    protected AdapterPart(string adapterName)
        : base(adapterName)
        => AdapterName = adapterName;

    public string AdapterName { get; }

    /// <summary>Whether the adapter takes part.</summary>
    public bool Active { get; set; }

    /// <summary>Whether the layer holds a weight that has this adapter in it.</summary>
    public bool Merged { get; set; }

    /// <summary>Whether the adapter is being trained; only then is anything dropped out.</summary>
    public bool Trainable { get; set; }

    /// <summary>Whether no other adapter may be active in the same layer.</summary>
    public virtual bool IsAlone => false;

    /// <summary>What is trained, by its name in a PEFT file after the module's path.</summary>
    public abstract IReadOnlyList<(string Suffix, Parameter Value)> Trained { get; }

    /// <summary>What is written to a file. The caller owns the tensors.</summary>
    public virtual IEnumerable<(string Suffix, Tensor Value)> ToSave() => Trained.Select(item => (item.Suffix, item.Value.detach()));

    /// <summary>The weight with this adapter in it, differentiable in the adapter.</summary>
    /// <param name="weight">[out, in], or [rows, dim] of an embedding; not disposed.</param>
    public abstract Tensor Apply(Tensor weight);

    /// <summary>As <see cref="Apply"/> for a slice of the weight's rows, without gradient. Merging goes through slices, in memory and from file to file alike, so that both give the same bits.</summary>
    /// <param name="rows">The slice; not disposed.</param>
    /// <param name="first">The number of its first row.</param>
    public abstract Tensor ApplyToRows(Tensor rows, long first);

    /// <summary>Whether <see cref="ApplyToRows"/> only takes the whole weight as one slice.</summary>
    public virtual bool NeedsWholeWeight => false;

    /// <summary>The bias with this adapter in it; null where there is none.</summary>
    public virtual Tensor? ApplyToBias(Tensor? bias) => bias;

    /// <summary>What this adapter adds to the layer's answer whatever the input, differentiable in the adapter; null for nothing. The caller owns it.</summary>
    public virtual Tensor? Shift() => null;
}
