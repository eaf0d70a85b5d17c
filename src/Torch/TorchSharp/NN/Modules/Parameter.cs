namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A tensor that a module registers as one of its parameters.</summary>
        public class Parameter : torch.Tensor
        {
            /// <summary>Takes the native tensor out of <paramref name="data"/>, which is empty afterwards, and its place in a dispose scope.</summary>
            public Parameter(torch.Tensor data, bool requires_grad = true)
                : base(data.with_requires_grad(requires_grad).MoveHandle(), false)
            {
                if (data.OwningDisposeScope is not null)
                    DisposeScope.ReplaceWith(data, this);
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
