using LoraDiff.Adapters.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>Makes the parts of one adapter, all in float32 on the device of the layer they belong to.</summary>
internal sealed class PartMaker(string adapterName, LoraOptions options, FactorSource source, Initializer initializer)
{
    public AdapterPart Make(PlannedLayer layer) => Make(layer, layer.Node.Base.get_parameter("weight")!);

    /// <summary>The same where the layer's own weight is a stand-in of the right shape.</summary>
    public AdapterPart Make(PlannedLayer layer, Tensor weight)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return layer.Kind == LayerKind.Linear ? Linear(layer, weight) : Embedding(layer, weight);
    }

    public TokenRowPart Make(PlannedRows planned)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weight = planned.Node.Base.get_parameter("weight")!;
        var rows = tensor(planned.Rows.ToArray(), dtype: int64).to(weight.device).DetachFromDisposeScope();
        var values = Trained($"{planned.Key}.token_adapter.trainable_tokens_delta", [planned.Rows.Count, weight.size(1)], weight, () => weight.index_select(0, rows));
        return new TokenRowPart(adapterName, rows, values);
    }

    /// <summary>The adapter's copy of a parameter of the model.</summary>
    public ParameterSwap Make(PlannedCopy planned)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var type = LayerKinds.TrainedType(planned.Owner, planned.Original.dtype);
        var copy = Trained(planned.Key, planned.Original.shape, planned.Original, () => planned.Original.detach().clone(), type);
        return new ParameterSwap(planned.Key, planned.Owner, planned.Original, copy);
    }

    private LinearFactors Linear(PlannedLayer layer, Tensor weight)
    {
        var (rows, columns, r) = (weight.size(0), weight.size(1), (long)layer.Rank);
        var start = initializer.Start(weight, layer.Rank, layer.Scaling);
        var a = Trained($"{layer.Key}.lora_A.weight", [r, columns], weight, () => start?.A ?? initializer.LinearA(r, columns));
        var b = Trained($"{layer.Key}.lora_B.weight", [rows, r], weight, () => start?.B ?? initializer.LinearB(rows, r));
        var bias = options.LoraBias ? Trained($"{layer.Key}.lora_B.bias", [rows], weight, () => initializer.Bias(rows, r)) : null;
        var magnitude = options.UseDora
            ? Trained($"{layer.Key}.lora_magnitude_vector", [rows], weight, () => LinearFactors.RowNorms(weight, a, b, layer.Scaling))
            : null;
        return new LinearFactors(adapterName, a, b, bias, magnitude, Kept(start, weight), layer.Scaling, options.Dropout);
    }

    private EmbeddingFactors Embedding(PlannedLayer layer, Tensor weight)
    {
        var (rows, columns, r) = (weight.size(0), weight.size(1), (long)layer.Rank);
        var a = Trained($"{layer.Key}.lora_embedding_A", [r, rows], weight, () => initializer.EmbeddingA(r, rows));
        var b = Trained($"{layer.Key}.lora_embedding_B", [columns, r], weight, () => initializer.EmbeddingB(columns, r));
        var magnitude = options.UseDora
            ? Trained($"{layer.Key}.lora_magnitude_vector", [columns], weight, () => EmbeddingFactors.ColumnNorms(weight, a, b, layer.Scaling))
            : null;
        return new EmbeddingFactors(adapterName, a, b, magnitude, layer.Scaling);
    }

    private static (Tensor A, Tensor B)? Kept((Tensor A, Tensor B)? start, Tensor like)
        => start is { } s ? (s.A.to(like.device).clone().DetachFromDisposeScope(), s.B.to(like.device).clone().DetachFromDisposeScope()) : null;

    private Parameter Trained(string key, long[] shape, Tensor like, Func<Tensor> fresh, ScalarType type = ScalarType.Float32)
    {
        // A copy in every case: a start is kept beside the factor, and a row of the model must not be shared.
        var values = source(key, shape, fresh).detach().to(type).to(like.device).contiguous().clone();
        var parameter = new Parameter(values, requires_grad: true);
        return (Parameter)parameter.DetachFromDisposeScope();
    }
}
