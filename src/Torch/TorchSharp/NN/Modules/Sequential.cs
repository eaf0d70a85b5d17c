using System.Globalization;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Runs its modules one after the other.</summary>
        public class Sequential : torch.nn.Module<torch.Tensor, torch.Tensor>
        {
            internal Sequential(IEnumerable<(string Name, torch.nn.Module Module)> modules)
                : base(nameof(Sequential))
            {
                foreach (var (key, module) in modules)
                    register_module(key, module);
            }

            protected Sequential(params (string name, torch.nn.Module<torch.Tensor, torch.Tensor> submodule)[] modules)
                : this(modules.Select(item => (item.name, (torch.nn.Module)item.submodule)))
            {
            }

            protected Sequential(params torch.nn.Module<torch.Tensor, torch.Tensor>[] modules)
                : this(modules.Select((module, index) => (Name(index), (torch.nn.Module)module)))
            {
            }

            public int Count => _internal_submodules.Count;

            public torch.nn.IModule<torch.Tensor, torch.Tensor> this[int index]
                => (torch.nn.IModule<torch.Tensor, torch.Tensor>)_internal_submodules[index].Item2;

            public Sequential this[Range index]
            {
                get
                {
                    var (start, count) = index.GetOffsetAndLength(Count);
                    return new Sequential(named_children().Skip(start).Take(count));
                }
            }

            public Sequential this[(int? start, int? end) index] => this[(index.start ?? 0)..(index.end ?? Count)];

            public Sequential append(string name, torch.nn.IModule<torch.Tensor, torch.Tensor> module)
            {
                register_module(name, (torch.nn.Module)module);
                return this;
            }

            public Sequential append(torch.nn.IModule<torch.Tensor, torch.Tensor> module) => append(Name(Count), module);

            public override torch.Tensor forward(torch.Tensor tensor)
            {
                if (Count == 0)
                    return tensor.alias();
                var current = tensor;
                foreach (var (_, module) in _internal_submodules)
                {
                    var next = ((torch.nn.IModule<torch.Tensor, torch.Tensor>)module).call(current);
                    if (!ReferenceEquals(current, tensor) && !ReferenceEquals(current, next))
                        current.Dispose();
                    current = next;
                }
                return current;
            }

            protected override void RegisterComponents()
            {
            }

            internal static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Sequential Sequential() => new([]);

            public static Modules.Sequential Sequential(params (string name, Module<Tensor, Tensor> submodule)[] modules)
                => Sequential((IEnumerable<(string, Module<Tensor, Tensor>)>)modules);

            public static Modules.Sequential Sequential(params Module<Tensor, Tensor>[] modules)
                => Sequential((IEnumerable<Module<Tensor, Tensor>>)modules);

            public static Modules.Sequential Sequential(params Tuple<string, Module<Tensor, Tensor>>[] modules)
                => Sequential((IEnumerable<Tuple<string, Module<Tensor, Tensor>>>)modules);

            public static Modules.Sequential Sequential(IEnumerable<(string name, Module<Tensor, Tensor> submodule)> modules)
                => new(modules.Select(item => (item.name, (Module)item.submodule)));

            public static Modules.Sequential Sequential(IEnumerable<Tuple<string, Module<Tensor, Tensor>>> modules)
                => new(modules.Select(item => (item.Item1, (Module)item.Item2)));

            public static Modules.Sequential Sequential(IEnumerable<Module<Tensor, Tensor>> modules)
                => new(modules.Select((module, index) => (Modules.Sequential.Name(index), (Module)module)));
        }
    }
}
