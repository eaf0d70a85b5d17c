namespace TorchSharp;

public enum PaddingModes
{
    Zeros = 0,
    Reflect = 1,
    Replicate = 2,
    Circular = 3,
    Constant = 4,
}

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Aten.linear.Tensor(input, weights, bias);

            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? Aten.relu_.Tensor(x) : Aten.relu.Tensor(x);

            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? Aten.silu_.Tensor(x) : Aten.silu.Tensor(x);

            public static Tensor SiLU(Tensor x, bool inplace = false) => silu(x, inplace);

            public static Tensor gelu(Tensor x) => gelu(x, Modules.GELU.Approximate.none);

            public static Tensor gelu(Tensor x, bool inplace) => gelu(x, Modules.GELU.Approximate.none, inplace);

            public static Tensor gelu(Tensor x, Modules.GELU.Approximate approximate, bool inplace = false)
                => (inplace ? Aten.gelu_ : Aten.gelu).Tensor(x, approximate == Modules.GELU.Approximate.tanh ? "tanh" : "none");

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false)
                => (inplace ? Aten.dropout_ : Aten.dropout).Tensor(input, p, training);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => Aten.softmax.Tensor(input, dim, dtype);

            public static Tensor log_softmax(Tensor x, long dim) => Aten.log_softmax.Tensor(x, dim);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5)
                => Aten.layer_norm.Tensor(input, normalized_shape, weight, bias, eps);

            /// <summary>Divides by the p-norm over one dimension, or by eps where the norm is smaller.</summary>
            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1L, double eps = 1e-12)
            {
                using var scope = NewDisposeScope();
                var norm = Aten.vector_norm.Tensor(input, p, new[] { dim }, true);
                return (input / norm.clamp_min(eps)).MoveToOuterDisposeScope();
            }

            public static Tensor one_hot(Tensor x, long num_classes = -1)
            {
                if (x.dtype != ScalarType.Int64)
                    throw new ArgumentException($"one_hot takes Int64 indices but got {x.dtype}.", nameof(x));
                return Aten.one_hot.Tensor(x, num_classes);
            }

            public static Tensor cross_entropy(
                Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100,
                Reduction reduction = Reduction.Mean, double label_smoothing = 0.0)
                => Aten.cross_entropy.Tensor(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
                => Aten.nll_loss.Tensor(input, target, weight, (long)reduction);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean)
                => Aten.mse_loss.Tensor(input, target, (long)reduction);

            /// <param name="input">Any tensor.</param>
            /// <param name="pad">Elements before and after, last dimension first.</param>
            /// <param name="mode">What to fill with.</param>
            /// <param name="value">For the constant mode.</param>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var name = mode switch
                {
                    PaddingModes.Reflect => "reflect",
                    PaddingModes.Replicate => "replicate",
                    PaddingModes.Circular => "circular",
                    _ => "constant",
                };
                return name == "constant" ? Aten.pad.Tensor(input, pad, name, value) : Aten.pad.Tensor(input, pad, name);
            }

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, new[] { pad.Item1, pad.Item2 }, mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, new[] { pad.Item1, pad.Item2, pad.Item3, pad.Item4 }, mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, Enumerable.Repeat(pad, (int)input.dim() * 2).ToArray(), mode, value);
        }
    }
}
