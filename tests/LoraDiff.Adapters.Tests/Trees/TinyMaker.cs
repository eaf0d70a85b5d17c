using LoraDiff.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Trees;

/// <summary>Layers of one kind (TorchSharp's or ours) and type, with weights that one seed determines.</summary>
internal sealed class TinyMaker(bool frozenKinds, ScalarType type, ulong seed)
{
    private ulong _made;

    public Parameter Parameter(params long[] shape)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((seed * 1000) + _made++, CPU);
        var values = (randn(shape, generator: generator) * 0.5).to(type).clone();
        return (Parameter)new Parameter(values).DetachFromDisposeScope();
    }

    public nn.Module<Tensor, Tensor> Linear(long from, long to, bool bias) => Linear(Parameter(to, from), bias ? Parameter(to) : null);

    public nn.Module<Tensor, Tensor> Linear(Parameter weight, Parameter? bias)
        => frozenKinds ? new FrozenLinear(weight, bias) : nn.Linear(weight, bias);

    public nn.Module<Tensor, Tensor> Embedding(Parameter table)
    {
        if (frozenKinds)
        {
            return new FrozenEmbedding(table);
        }

        // Set afterwards, so that a head can share the very same parameter object.
        var embedding = nn.Embedding(table.size(0), table.size(1));
        embedding.weight = table;
        return embedding;
    }
}
