namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>Base of functions that bring their own gradient.</summary>
        public abstract class Function<T> where T : Function<T>, new()
        {
            internal static T Instance { get; } = new();

            public abstract string Name { get; }

            public static List<Tensor> apply_internal(params object[] vars) => FunctionCall.Apply(Instance.Name, vars, Instance.forward_internal, Instance.backward_internal);

            internal abstract List<Tensor> forward_internal(AutogradContext ctx, params object[] vars);

            internal abstract List<Tensor> backward_internal(AutogradContext ctx, List<Tensor> grad_outputs);
        }
    }
}
