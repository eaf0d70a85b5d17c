using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Models;
using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Export;

/// <summary>A checkpoint's model of which only the part that computes is in memory: the embedding, then one layer after another, then the head. For single forwards of models of any size.</summary>
internal sealed class PagedModel : IDisposable
{
    private readonly SafetensorsSet _files;
    private readonly WeightSource _weights;

    private PagedModel(SafetensorsSet files, WeightSource weights, CausalModel model) => (_files, _weights, Model) = (files, weights, model);

    /// <summary>The model's modules over parameters without memory; may be adapted.</summary>
    public CausalModel Model { get; }

    /// <exception cref="CheckpointException">Tensors are missing, left over, or of another shape or type.</exception>
    public static PagedModel Open(CheckpointFolder folder, Device device)
    {
        var files = folder.OpenWeights();
        try
        {
            // In float32, so that what a comparison finds is in the weights.
            var weights = new WeightSource(files, folder.Config, new ModelLoadOptions { Device = device, ComputeType = ScalarType.Float32 }, deferred: true);
            return new PagedModel(files, weights, CausalModel.Skeleton(folder, weights));
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Logits of a text under plain causal attention.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="cancellationToken">Looked at before every layer.</param>
    /// <returns>[T, V] float32 on the CPU; the caller's scope owns it.</returns>
    public Tensor Logits(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var plan = AttentionPlan.Causal(ids.Count);
        var rotary = Model.Rotary(arange(ids.Count, dtype: int64, device: Model.Device));
        var hidden = With(IsEmbedding, () => Model.Embed(tensor(ids.Select(id => (long)id).ToArray(), device: Model.Device)));
        for (var i = 0; i < Model.LayerCount; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (layer, input) = (i, hidden);
            hidden = With(name => name.StartsWith($"model.layers.{layer}.", StringComparison.Ordinal), () => Model.Layer(layer, input, rotary, plan), keep: layer + 1 < Model.LayerCount);
            input.Dispose();
        }

        return With(name => !name.StartsWith("model.layers.", StringComparison.Ordinal) && (Model.Config.TieWordEmbeddings || !IsEmbedding(name)), () => Model.Head(Model.FinalNorm(hidden)).to(float32).cpu())
            .MoveToOuterDisposeScope();
    }

    /// <summary>Reads everything, for adapters that need to see all weights when they are attached.</summary>
    public void ReadAll() => _weights.Read(_ => true);

    public void Dispose()
    {
        Model.Dispose();
        _weights.Dispose();
        _files.Dispose();
    }

    private static bool IsEmbedding(string name) => name == CheckpointWriter.EmbeddingWeight;

    private Tensor With(Func<string, bool> names, Func<Tensor> compute, bool keep = false)
    {
        _weights.Read(names);
        try
        {
            return compute();
        }
        finally
        {
            _weights.Release(names, keep);
        }
    }
}
