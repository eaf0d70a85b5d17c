using TorchSharp;
using TorchSharp.Utils;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Trees;

/// <summary>x + down(silu(q(x))): enough of a layer to be adapted.</summary>
internal sealed class TinyBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "q_proj")]
    private readonly nn.Module<Tensor, Tensor> _query;

    [ComponentName(Name = "down_proj")]
    private readonly nn.Module<Tensor, Tensor> _down;

    [ComponentName(Name = "input_layernorm")]
    private readonly TinyGain _norm;

    public TinyBlock(TinyMaker make)
        : base(nameof(TinyBlock))
    {
        _query = make.Linear(TinyModel.Hidden, TinyModel.Inner, bias: true);
        _down = make.Linear(TinyModel.Inner, TinyModel.Hidden, bias: false);
        _norm = new TinyGain(make.Parameter(TinyModel.Hidden));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x + _down.call(nn.functional.silu(_query.call(_norm.call(x))))).MoveToOuterDisposeScope();
    }
}
