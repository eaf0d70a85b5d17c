using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using TorchSharp.Utils;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>y = x·Wᵀ + b with W [out, in].</summary>
        public sealed class Linear : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            [ComponentName(Name = nameof(weight))]
            private Parameter _weight;

            [ComponentName(Name = nameof(bias))]
            private Parameter? _bias;

            internal Linear(Parameter weight, Parameter? bias = null)
                : base(nameof(Linear))
            {
                if (weight.dim() != 2)
                    throw new ArgumentException($"The weight of a Linear has 2 dimensions [out, in] but this one has {weight.dim()}.", nameof(weight));
                out_features = weight.size(0);
                in_features = weight.size(1);
                this.weight = weight;
                this.bias = bias;
            }

            internal Linear(long inputSize, long outputSize, bool hasBias = true, torch.Device? device = null, torch.ScalarType? dtype = null)
                : this(
                    new Parameter(torch.empty(outputSize, inputSize, dtype: dtype, device: device)),
                    hasBias ? new Parameter(torch.empty(outputSize, dtype: dtype, device: device)) : null)
            {
                torch.nn.init.kaiming_uniform_(_weight, a: Math.Sqrt(5));
                var bound = inputSize > 0 ? 1 / Math.Sqrt(inputSize) : 0;
                if (_bias is not null)
                    torch.nn.init.uniform_(_bias, -bound, bound);
            }

            public long in_features { get; set; }

            public long out_features { get; set; }

            /// <summary>Setting it disposes the one before, and takes the new one out of its dispose scope.</summary>
            public Parameter weight
            {
                get => _weight;
                [MemberNotNull(nameof(_weight))]
                set => ConditionallyRegisterParameter(nameof(weight), _weight = Held.Replace(_weight, value)!);
            }

            /// <summary>Setting it disposes the one before, and takes the new one out of its dispose scope.</summary>
            public Parameter? bias
            {
                get => _bias;
                set => ConditionallyRegisterParameter(nameof(bias), _bias = Held.Replace(_bias, value));
            }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.linear(tensor, _weight, _bias);
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device? device = null, ScalarType? dtype = null)
                => new(inputSize, outputSize, hasBias, device, dtype);

            /// <summary>A layer around tensors that exist already: nothing is initialised or copied.</summary>
            public static Linear Linear(Parameter weight, Parameter? bias = null) => new(weight, bias);
        }
    }
}
