using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients down together so that their common norm is at most <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before; 0 without gradients. Not finite gradients stay not finite.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using var noGrad = no_grad();
                using var scope = NewDisposeScope();
                var grads = Gradients(tensors);
                if (grads.Length == 0)
                    return 0;
                var norms = Foreach.norm(grads, norm_type);
                var (type, index) = (norms[0].device_type, norms[0].device_index);
                for (var i = 1; i < norms.Length; i++)
                {
                    if (norms[i].device_type != type || norms[i].device_index != index)
                        norms[i] = norms[i].to(norms[0].device);
                }
                var total = Aten.vector_norm.Tensor(stack(norms), norm_type).to(ScalarType.Float64).item<double>();
                var factor = max_norm / (total + 1e-6);
                // Not `factor < 1`: a NaN norm has to reach the gradients, as it does in PyTorch.
                if (!(factor >= 1))
                    Foreach.mul_(grads, factor);
                return total;
            }

            /// <summary>Clamps every gradient element into [-<paramref name="clip_value"/>, <paramref name="clip_value"/>].</summary>
            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var noGrad = no_grad();
                using var scope = NewDisposeScope();
                foreach (var grad in Gradients(tensors))
                    grad.clamp_(-clip_value, clip_value);
            }

            /// <summary>All elements of all parameters in one row.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                return cat(tensors.Select(tensor => tensor.reshape(-1)).ToArray()).MoveToOuterDisposeScope();
            }

            /// <summary>Copies consecutive parts of <paramref name="vec"/> into the parameters.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var noGrad = no_grad();
                using var scope = NewDisposeScope();
                Parameter[] targets = [.. tensors];
                var needed = targets.Sum(target => target.NumberOfElements);
                if (vec.dim() != 1 || vec.size(0) != needed)
                    throw new ArgumentException($"The parameters hold {needed} elements, so the vector has to be [{needed}], not [{string.Join(", ", vec.shape)}].", nameof(vec));
                var offset = 0L;
                foreach (var target in targets)
                {
                    target.copy_(vec.narrow(0, offset, target.NumberOfElements).view(target.shape));
                    offset += target.NumberOfElements;
                }
            }

            private static Tensor[] Gradients(IEnumerable<Parameter> tensors) => [.. tensors.Select(tensor => tensor.grad).OfType<Tensor>()];
        }
    }
}
