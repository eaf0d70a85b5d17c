using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Models;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Objectives;

/// <summary>Forward, loss and backward of one micro-batch.</summary>
public static class LossComputation
{
    /// <summary>Computes the losses and, where asked, adds the gradients to the parameters.</summary>
    /// <param name="model">The model, adapter attached.</param>
    /// <param name="batch">The rows and weights.</param>
    /// <param name="backward">Whether to go back; needs autograd on.</param>
    /// <param name="checkpointing">Keep only the input of each layer, and compute the layer again on the way back.</param>
    /// <param name="dropoutSeed">Seeds torch's generator before each layer, so that dropout is the same when a layer is computed again, and when a run is resumed; null leaves the generator alone.</param>
    /// <param name="path">How attention is computed.</param>
    /// <returns>The losses; zeros, with no gradient, where the batch reads no row.</returns>
    public static MicroBatchResult Run(CausalModel model, MicroBatch batch, bool backward, bool checkpointing = false, long? dropoutSeed = null, AttentionPath path = AttentionPath.Fast)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Rows.Length == 0)
        {
            return default;
        }

        using var scope = NewDisposeScope();
        using var noGrad = backward ? null : no_grad();
        var device = model.Device;
        using var plan = new AttentionPlan(batch.Stream.Segments, path);
        var ids = tensor(batch.Ids, device: device);
        var rotary = model.Rotary(tensor(batch.Positions, device: device));
        var rows = tensor(batch.Rows, device: device);
        var targets = tensor(batch.Targets, device: device);
        var weights = tensor(batch.Weights, device: device);
        var losses = backward && checkpointing
            ? Replayed(model, ids, rotary, plan, rows, targets, weights, dropoutSeed)
            : Plain(model, ids, rotary, plan, rows, targets, weights, dropoutSeed, backward);
        return Sum(losses.cpu().data<float>().ToArray(), batch);
    }

    private static Tensor Plain(CausalModel model, Tensor ids, RotaryRows rotary, AttentionPlan plan, Tensor rows, Tensor targets, Tensor weights, long? dropoutSeed, bool backward)
    {
        var hidden = model.Embed(ids);
        for (var layer = 0; layer < model.LayerCount; layer++)
        {
            SeedDropout(dropoutSeed, layer);
            var next = model.Layer(layer, hidden, rotary, plan);
            hidden.Dispose();   // autograd holds what it needs; without it the memory is free for the next layer
            hidden = next;
        }

        var losses = Losses(model, hidden, rows, targets);
        if (backward)
        {
            losses.dot(weights).backward();
        }

        return losses.detach();
    }

    /// <summary>Gradient checkpointing by replay: in the caller's thread and scopes, without custom autograd functions.</summary>
    private static Tensor Replayed(CausalModel model, Tensor ids, RotaryRows rotary, AttentionPlan plan, Tensor rows, Tensor targets, Tensor weights, long? dropoutSeed)
    {
        var inputs = new Tensor[model.LayerCount + 1];
        using (no_grad())
        {
            inputs[0] = model.Embed(ids);
            for (var layer = 0; layer < model.LayerCount; layer++)
            {
                using var inner = NewDisposeScope();
                SeedDropout(dropoutSeed, layer);
                inputs[layer + 1] = model.Layer(layer, inputs[layer], rotary, plan).MoveToOuterDisposeScope();
            }
        }

        var last = inputs[^1].detach().requires_grad_();
        var losses = Losses(model, last, rows, targets);
        losses.dot(weights).backward();
        var gradient = Taken(last);
        for (var layer = model.LayerCount - 1; layer >= 0; layer--)
        {
            using var inner = NewDisposeScope();
            var input = inputs[layer].detach().requires_grad_();
            SeedDropout(dropoutSeed, layer);
            var output = model.Layer(layer, input, rotary, plan);
            output.backward([gradient]);
            gradient.Dispose();
            inputs[layer + 1].Dispose();
            gradient = Taken(input).MoveToOuterDisposeScope();
        }

        var embedded = model.Embed(ids);
        if (embedded.requires_grad)
        {
            embedded.backward([gradient]);
        }

        return losses.detach();
    }

    private static Tensor Losses(CausalModel model, Tensor hidden, Tensor rows, Tensor targets) => model.HeadLosses(model.FinalNorm(hidden.index_select(0, rows)), targets);

    private static Tensor Taken(Tensor leaf) => leaf.grad ?? throw new InvalidOperationException("A layer's input received no gradient.");

    private static void SeedDropout(long? seed, int layer)
    {
        if (seed is { } value)
        {
            manual_seed(value + layer);
        }
    }

    private static MicroBatchResult Sum(float[] losses, MicroBatch batch)
    {
        double diffusion = 0, autoregressive = 0, sum = 0;
        for (var i = 0; i < losses.Length; i++)
        {
            diffusion += (double)losses[i] * batch.DiffusionWeights[i];
            autoregressive += (double)losses[i] * batch.ArWeights[i];
            sum += batch.ArWeights[i] > 0 ? losses[i] : 0;
        }

        return new MicroBatchResult(diffusion, autoregressive, sum);
    }
}
