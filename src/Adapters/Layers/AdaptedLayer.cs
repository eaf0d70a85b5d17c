using LoraDiff.Native;
using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>
/// Hangs in the tree where a layer of the model hung, and holds that layer and the parts of all adapters. The layer's own tensors are never written: merging keeps a second weight.
/// </summary>
internal abstract class AdaptedLayer : nn.Module<Tensor, Tensor>, IEffectiveWeight
{
    [ComponentName(Name = "base_layer")]
    private readonly nn.Module<Tensor, Tensor> _base;

    private readonly List<AdapterPart> _parts = [];
    private AdapterPart[] _merged = [];
    private Tensor? _mergedWeight;
    private Tensor? _mergedBias;

    protected AdaptedLayer(string name, nn.Module<Tensor, Tensor> layer)
        : base(name)
    {
        _base = layer;
        RegisterComponents();
        train(layer.training);
    }

    /// <summary>The model's own layer.</summary>
    public nn.Module<Tensor, Tensor> Base => _base;

    public IReadOnlyList<AdapterPart> Parts => _parts;

    /// <summary>The active parts that are not merged.</summary>
    protected AdapterPart[] Live { get; private set; } = [];

    protected bool IsMerged => _mergedWeight is not null;

    /// <summary>The weight to start from: the layer's own, or the merged one. Not the caller's.</summary>
    protected Tensor Weight => _mergedWeight ?? OwnWeight;

    /// <summary>As <see cref="Weight"/>.</summary>
    protected Tensor? Bias => IsMerged ? _mergedBias : OwnBias;

    private Parameter OwnWeight => _base.get_parameter("weight")!;

    private Parameter? OwnBias => _base.get_parameter("bias");

    public void Add(AdapterPart part)
    {
        register_module(part.AdapterName, part);
        part.train(training);
        _parts.Add(part);
        Refresh();
    }

    public void Remove(AdapterPart part)
    {
        register_module(part.AdapterName, null!);
        _parts.Remove(part);
        Refresh();
    }

    /// <summary>Takes notice of what parts say about themselves; makes or drops the merged weight.</summary>
    /// <exception cref="AdapterException">Active parts do not go together, or a merged weight is not finite.</exception>
    public void Refresh()
    {
        AdapterPart[] active = [.. _parts.Where(part => part.Active)];
        if (active.Length > 1 && active.FirstOrDefault(part => part.IsAlone) is { } alone)
        {
            throw new AdapterException(
                $"Adapter '{alone.AdapterName}' cannot be active together with {string.Join(", ", active.Where(part => part != alone).Select(part => $"'{part.AdapterName}'"))}: "
                + "its effect depends on the whole weight. Activate one at a time.");
        }

        Live = [.. active.Where(part => !part.Merged)];
        AdapterPart[] merged = [.. active.Where(part => part.Merged)];
        if (!merged.SequenceEqual(_merged))
        {
            Merge(merged);
        }
    }

    public Tensor EffectiveWeight()
    {
        using var scope = NewDisposeScope();
        var weight = Weight.alias();
        foreach (var part in Live)
        {
            weight = Narrow(part.Apply(weight));
        }

        return weight.MoveToOuterDisposeScope();
    }

    public Tensor? EffectiveBias()
    {
        using var scope = NewDisposeScope();
        var bias = Bias?.alias();
        foreach (var part in Live)
        {
            if (part.Shift() is { } shift)
            {
                bias = bias is null ? shift : bias.to(float32) + shift;
            }
        }

        return bias?.MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DropMerged();
        }

        base.Dispose(disposing);
    }

    // Layers of TorchSharp cannot mix types: over them everything stays in the weight's own.
    private Tensor Narrow(Tensor weight) => LayerKinds.MayWiden(_base) ? weight : weight.to(OwnWeight.dtype);

    private void Merge(AdapterPart[] parts)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weight = parts.Length == 0 ? null : Merged(parts);
        Tensor? bias = OwnBias;
        foreach (var part in parts)
        {
            bias = part.ApplyToBias(bias);
        }

        RowSlices.RequireFinite(bias, parts);
        DropMerged();
        _merged = parts;
        if (weight is not null)
        {
            _mergedWeight = weight.DetachFromDisposeScope();
            _mergedBias = bias is null ? null : Keep(bias, OwnBias!);
        }
    }

    private Tensor Merged(AdapterPart[] parts)
    {
        var own = OwnWeight;
        var merged = empty(own.shape, dtype: own.dtype, device: own.device);
        RowSlices.Apply(parts, own.shape, own.dtype, (first, count) => own.narrow(0, first, count), (first, slice) => merged.narrow(0, first, slice.size(0)).copy_(slice).Dispose());
        return merged;
    }

    private static Tensor Keep(Tensor made, Tensor like)
    {
        var cast = made.detach().to(like.dtype);
        return (ReferenceEquals(made, like) ? cast.clone() : cast).DetachFromDisposeScope();
    }

    private void DropMerged()
    {
        _mergedWeight?.Dispose();
        _mergedBias?.Dispose();
        (_mergedWeight, _mergedBias, _merged) = (null, null, []);
    }
}
