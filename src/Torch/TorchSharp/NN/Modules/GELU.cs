using TorchSharp.Modules;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>x·Φ(x), exact or by the tanh formula.</summary>
        public sealed class GELU : ParameterLessModule<torch.Tensor, torch.Tensor>
        {
            internal GELU(bool inplace, Approximate approximate = Approximate.none)
                : base(nameof(GELU))
            {
                this.inplace = inplace;
                this.approximate = approximate;
            }

            public bool inplace { get; set; }

            public Approximate approximate { get; set; }

            public override torch.Tensor forward(torch.Tensor tensor) => torch.nn.functional.gelu(tensor, approximate, inplace);

            public enum Approximate
            {
                none,
                tanh,
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static GELU GELU() => new(false);

            public static GELU GELU(bool inplace) => new(inplace);

            public static GELU GELU(GELU.Approximate approximate, bool inplace = false) => new(inplace, approximate);
        }
    }
}
