namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module whose <c>call</c> runs functions before and after <c>forward</c>, in the order of their registration.</summary>
        public class HookableModule<TPreHook, TPostHook> : Module
            where TPreHook : Delegate
            where TPostHook : Delegate
        {
            // Most modules never have a hook: nothing is allocated before the first, and a call costs four null checks.
            private protected TPreHook[]? PreHooks { get; private set; }

            private protected TPostHook[]? PostHooks { get; private set; }

            private protected Action<Module>[]? ModulePreHooks { get; private set; }

            private protected Action<Module>[]? ModulePostHooks { get; private set; }

            protected HookableModule(string name)
                : base(name)
            {
            }

            public HookRemover register_forward_hook(TPostHook hook)
            {
                PostHooks = [.. PostHooks ?? [], hook];
                return new HookRemover(() => PostHooks = Without(PostHooks, hook));
            }

            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                PreHooks = [.. PreHooks ?? [], hook];
                return new HookRemover(() => PreHooks = Without(PreHooks, hook));
            }

            public HookRemover register_forward_hook(Action<Module> hook)
            {
                ModulePostHooks = [.. ModulePostHooks ?? [], hook];
                return new HookRemover(() => ModulePostHooks = Without(ModulePostHooks, hook));
            }

            public HookRemover register_forward_pre_hook(Action<Module> hook)
            {
                ModulePreHooks = [.. ModulePreHooks ?? [], hook];
                return new HookRemover(() => ModulePreHooks = Without(ModulePreHooks, hook));
            }

            private protected void RunModulePreHooks()
            {
                foreach (var hook in ModulePreHooks ?? [])
                    hook(this);
            }

            private protected void RunModulePostHooks()
            {
                foreach (var hook in ModulePostHooks ?? [])
                    hook(this);
            }

            private static THook[]? Without<THook>(THook[]? hooks, THook hook)
                where THook : Delegate
            {
                var index = Array.FindIndex(hooks ?? [], item => ReferenceEquals(item, hook));
                if (index < 0)
                    return hooks;
                return hooks!.Length == 1 ? null : [.. hooks[..index], .. hooks[(index + 1)..]];
            }

            /// <summary>Takes one hook off again.</summary>
            public class HookRemover
            {
                private Action? _remove;

                internal HookRemover(Action remove) => _remove = remove;

                public void remove()
                {
                    _remove?.Invoke();
                    _remove = null;
                }
            }
        }
    }
}
