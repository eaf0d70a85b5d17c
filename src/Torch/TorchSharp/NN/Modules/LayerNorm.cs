using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Normalises the last dimensions to mean 0 and variance 1, then scales and shifts.</summary>
        public sealed class LayerNorm : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            [ComponentName(Name = nameof(weight))]
            private Parameter? _weight;

            [ComponentName(Name = nameof(bias))]
            private Parameter? _bias;

            internal LayerNorm(long[] normalized_shape, double eps, bool elementwise_affine, bool bias, torch.Device? device, torch.ScalarType? dtype)
                : base(nameof(LayerNorm))
            {
                this.normalized_shape = normalized_shape;
                this.eps = eps;
                this.elementwise_affine = elementwise_affine;
                if (elementwise_affine)
                    weight = new Parameter(torch.empty(normalized_shape, dtype: dtype, device: device));
                if (elementwise_affine && bias)
                    this.bias = new Parameter(torch.empty(normalized_shape, dtype: dtype, device: device));
                reset_parameters();
            }

            public long[] normalized_shape { get; set; }

            public double eps { get; set; }

            public bool elementwise_affine { get; set; }

            /// <summary>Null at run time without elementwise_affine. Setting it disposes the one before.</summary>
            public Parameter weight
            {
                get => _weight!;
                set => ConditionallyRegisterParameter(nameof(weight), _weight = Held.Replace(_weight, value));
            }

            public Parameter? bias
            {
                get => _bias;
                set => ConditionallyRegisterParameter(nameof(bias), _bias = Held.Replace(_bias, value));
            }

            public void reset_parameters()
            {
                if (_weight is not null)
                    torch.nn.init.ones_(_weight);
                if (_bias is not null)
                    torch.nn.init.zeros_(_bias);
            }

            public override torch.Tensor forward(torch.Tensor tensor)
                => torch.nn.functional.layer_norm(tensor, normalized_shape, _weight, _bias, eps);
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new(normalized_shape, eps, elementwise_affine, bias, device, dtype);

            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device? device = null, ScalarType? dtype = null)
                => new([normalized_shape], eps, elementwise_affine, bias, device, dtype);
        }
    }
}
