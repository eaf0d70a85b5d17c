using TorchSharp;
using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Trees;

/// <summary>x times a vector: a norm without the norm.</summary>
internal sealed class TinyGain : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public TinyGain(Parameter weight)
        : base(nameof(TinyGain))
    {
        _weight = weight;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x * _weight.to(x.dtype)).MoveToOuterDisposeScope();
    }
}
