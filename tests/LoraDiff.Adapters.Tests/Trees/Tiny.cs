using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Trees;

/// <summary>What tests do with a <see cref="TinyModel"/>.</summary>
internal static class Tiny
{
    public static readonly long[] Ids = [3, 0, 7, 10, 3, 5];

    public static float[] Logits(nn.Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return model.call(tensor(Ids)).to(float32).data<float>().ToArray();
    }

    /// <summary>Some steps of gradient descent towards a fixed target.</summary>
    public static void Train(nn.Module<Tensor, Tensor> model, LoraAdapter adapter, int steps = 3, double rate = 0.05)
    {
        for (var step = 0; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var loss = model.call(tensor(Ids)).to(float32).pow(2).mean();
            loss.backward();
            using var noGrad = no_grad();
            foreach (var (_, parameter) in adapter.Parameters)
            {
                parameter.sub_(parameter.grad! * rate);
                parameter.grad = null;
            }
        }
    }

    /// <summary>Every parameter's bytes by name.</summary>
    public static Dictionary<string, byte[]> Bytes(nn.Module model)
        => model.named_parameters().ToDictionary(item => item.name, item => item.parameter.detach().contiguous().bytes.ToArray());

    public static double MaxDifference(float[] a, float[] b) => a.Zip(b, (x, y) => (double)Math.Abs(x - y)).Max();
}
