namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public interface IModule<T, TResult>
        {
            TResult call(T input1);
        }

        /// <summary>The base of modules whose <see cref="forward"/> takes one argument.</summary>
        public abstract class Module<T, TResult>
            : HookableModule<Func<Module<T, TResult>, T, T>, Func<Module<T, TResult>, T, TResult, TResult>>, IModule<T, TResult>
        {
            protected Module(string name)
                : base(name)
            {
            }

            public abstract TResult forward(T input);

            /// <summary>Runs the hooks around <see cref="forward"/>.</summary>
            public TResult call(T input)
            {
                RunModulePreHooks();
                foreach (var hook in PreHooks ?? [])
                {
                    if (hook(this, input) is { } replaced)
                        input = replaced;
                }
                var result = forward(input);
                foreach (var hook in PostHooks ?? [])
                {
                    if (hook(this, input, result) is { } replaced)
                        result = replaced;
                }
                RunModulePostHooks();
                return result;
            }
        }
    }
}
