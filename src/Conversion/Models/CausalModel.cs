using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

/// <summary>
/// A decoder-only language model over a flat stream of tokens: no batch axis and no padding; the attention plan says which rows belong together.
/// Module names are those of transformers. Weights are frozen and keep their dtype; activations have <see cref="ComputeType"/>.
/// Shape letters: T rows of the stream, D hidden size, N selected rows, V vocabulary.
/// </summary>
public abstract class CausalModel : nn.Module<Tensor, Tensor, AttentionPlan, Tensor>
{
    private readonly RotaryEmbedding _rotary;

    private protected CausalModel(string name, ModelConfig config, WeightSource weights)
        : base(name)
    {
        Config = config;
        Device = weights.Device;
        ComputeType = weights.ComputeType;
        RotaryType = weights.RotaryType;
        _rotary = new RotaryEmbedding(config.Rotary, config.HeadDim, weights.Device, weights.RotaryType);
    }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config { get; }

    /// <summary>The type of activations and matrix products.</summary>
    public ScalarType ComputeType { get; }

    /// <summary>Where the weights are.</summary>
    public Device Device { get; }

    /// <summary>The type that rotary frequencies were rounded to, or null.</summary>
    internal ScalarType? RotaryType { get; }

    /// <summary>The folder that the model was loaded from: tokenizer, chat template, end tokens.</summary>
    public CheckpointFolder Checkpoint { get; private set; } = null!;

    /// <summary>The checkpoint's tensors that the model holds, in its order, with the dtypes they had.</summary>
    internal IReadOnlyList<(string Name, ScalarType Type)> CheckpointTensors { get; private set; } = [];

    /// <summary>Number of decoder layers.</summary>
    public abstract int LayerCount { get; }

    /// <summary>Loads a checkpoint folder. Weights go from the files straight into the tensors' memory, at the speed of the page cache.</summary>
    /// <param name="folder">A folder with <c>config.json</c> and <c>*.safetensors</c>.</param>
    /// <param name="options">Device and dtypes; null for the CPU and the checkpoint's.</param>
    /// <returns>The model in evaluation mode, all parameters frozen. The caller disposes it; no dispose scope owns its tensors.</returns>
    /// <exception cref="CheckpointException">The folder cannot be used; missing, extra and mis-shaped tensors are all named.</exception>
    /// <exception cref="Safetensors.SafetensorsException">A weights file breaks a rule of the format.</exception>
    public static CausalModel Load(string folder, ModelLoadOptions? options = null) => Load(CheckpointFolder.Open(folder, options), options);

    /// <inheritdoc cref="Load(string, ModelLoadOptions?)"/>
    public static CausalModel Load(CheckpointFolder folder, ModelLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var files = folder.OpenWeights();
        using var weights = new WeightSource(files, folder.Config, options ?? new ModelLoadOptions());
        return Build(folder, weights, source => source.ReadAll());
    }

    /// <summary>The model over parameters that a deferred source reads later.</summary>
    internal static CausalModel Skeleton(CheckpointFolder folder, WeightSource weights) => Build(folder, weights, source => source.RequireFit());

    private static CausalModel Build(CheckpointFolder folder, WeightSource weights, Action<WeightSource> read)
    {
        ModelRegistry.TryGet(folder.Config.ModelType, out var family);
        var model = family!.Build(folder.Config, weights);
        try
        {
            read(weights);
            model.Checkpoint = folder;
            model.CheckpointTensors = weights.Taken;
            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Hidden states after the final norm.</summary>
    /// <param name="ids">[T] int64.</param>
    /// <param name="positions">[T] int64; rows may repeat positions.</param>
    /// <param name="plan">Which rows see which.</param>
    /// <returns>[T, D].</returns>
    public override Tensor forward(Tensor ids, Tensor positions, AttentionPlan plan)
    {
        using var scope = NewDisposeScope();
        var rotary = Rotary(positions);
        var hidden = Embed(ids);
        for (var i = 0; i < LayerCount; i++)
        {
            var next = Layer(i, hidden, rotary, plan);
            hidden.Dispose(); // autograd keeps what it needs; without it, a layer's memory is free for the next
            hidden = next;
        }

        return FinalNorm(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>[T] int64 → [T, D] in the compute type.</summary>
    public abstract Tensor Embed(Tensor ids);

    /// <summary>One decoder layer, for callers that replay layers (gradient checkpointing).</summary>
    /// <param name="index">0 … <see cref="LayerCount"/> − 1.</param>
    /// <param name="hidden">[T, D].</param>
    /// <param name="rotary">From <see cref="Rotary"/>, the same for all layers.</param>
    /// <param name="plan">Which rows see which.</param>
    /// <returns>[T, D].</returns>
    public abstract Tensor Layer(int index, Tensor hidden, RotaryRows rotary, AttentionPlan plan);

    /// <summary>Rotary factors of each row; the caller's scope owns them.</summary>
    /// <param name="positions">[T] int64.</param>
    public RotaryRows Rotary(Tensor positions) => _rotary.At(positions);

    /// <summary>The norm before the head, row by row.</summary>
    public abstract Tensor FinalNorm(Tensor hidden);

    /// <summary>Logits of chosen rows: [N, D], normed, → [N, V].</summary>
    public abstract Tensor Head(Tensor hidden);

    /// <summary>−log p of a target per chosen row, computed in float32 without holding all logits at once.</summary>
    /// <param name="hidden">[N, D], normed.</param>
    /// <param name="targets">[N] int64.</param>
    /// <returns>[N] float32.</returns>
    public abstract Tensor HeadLosses(Tensor hidden, Tensor targets);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary.Dispose();
        }

        base.Dispose(disposing);
    }

    // WeightSource registers children under the checkpoint's names; reflection would add them again under the fields'.
    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
    }

    /// <summary>−log p of a target per row under a head, with its gradient, whatever has replaced the head since loading.</summary>
    private protected static Tensor TokenLosses(nn.Module<Tensor, Tensor> head, Tensor hidden, Tensor targets)
    {
        var layer = head as IEffectiveWeight ?? throw new InvalidOperationException($"The head is a {head.GetType().Name}; it must give its weight as {nameof(IEffectiveWeight)}.");
        using var scope = NewDisposeScope();
        var weight = layer.EffectiveWeight(); // [V, D]
        if (layer.EffectiveBias() is { } bias)
        {
            // One more input that is always 1, whose weights are the bias.
            weight = cat([weight.to(float32), bias.to(float32).unsqueeze(1)], 1);
            hidden = cat([hidden, ones([hidden.size(0), 1], dtype: hidden.dtype, device: hidden.device)], 1);
        }

        return FusedOps.Current.TokenLosses(hidden, weight, targets).MoveToOuterDisposeScope();
    }
}
