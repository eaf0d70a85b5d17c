using LoraDiff.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

/// <summary>x / rms(x) · weight over the last axis. Registered as <c>weight</c>.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    public RmsNorm(Parameter weight, double epsilon)
        : base(nameof(RmsNorm))
    {
        Weight = weight;
        Epsilon = epsilon;
        register_parameter("weight", weight);
    }

    public Parameter Weight { get; }

    public double Epsilon { get; }

    public override Tensor forward(Tensor x) => FusedOps.Current.RmsNorm(x, Weight, Epsilon);

    // The property's field would be registered a second time.
    protected override void RegisterComponents()
    {
    }
}
