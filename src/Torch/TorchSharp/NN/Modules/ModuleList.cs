using System.Collections;
using System.Globalization;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A list of modules, registered under their indices. The registration follows every change of the list.</summary>
        public class ModuleList<T> : torch.nn.Module, IList<T>
            where T : torch.nn.Module
        {
            private readonly List<T> _list = [];

            public ModuleList(params T[] modules)
                : base(nameof(ModuleList<T>))
                => extend(modules ?? []);

            public int Count => _list.Count;

            public bool IsReadOnly => false;

            public T this[int index]
            {
                get => _list[index];
                set
                {
                    _list[index] = value;
                    RegisterAll();
                }
            }

            public void Add(T item)
            {
                _list.Add(item);
                register_module(Name(_list.Count - 1), item);
            }

            public void append(params T[] parameters) => extend(parameters ?? []);

            public void extend(IEnumerable<T> modules)
            {
                foreach (var module in modules)
                    Add(module);
            }

            public void Insert(int index, T item)
            {
                _list.Insert(index, item);
                RegisterAll();
            }

            public bool Remove(T item)
            {
                var removed = _list.Remove(item);
                RegisterAll();
                return removed;
            }

            public void RemoveAt(int index)
            {
                _list.RemoveAt(index);
                RegisterAll();
            }

            public void Clear()
            {
                _list.Clear();
                ClearModules();
            }

            public bool Contains(T item) => _list.Contains(item);

            public int IndexOf(T item) => _list.IndexOf(item);

            public void CopyTo(T[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

            public IEnumerator<T> GetEnumerator() => _list.GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            /// <summary>Replacing or removing a child by name changes the list too, so that both always agree.</summary>
            public override void register_module(string name, torch.nn.Module submodule)
            {
                base.register_module(name, submodule);
                if (submodule is T item && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _list.Count)
                    _list[index] = item;
            }

            protected override void RegisterComponents()
            {
            }

            private void RegisterAll()
            {
                ClearModules();
                for (var i = 0; i < _list.Count; i++)
                    base.register_module(Name(i), _list[i]);
            }

            private static string Name(int index) => index.ToString(CultureInfo.InvariantCulture);
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ModuleList<Module> ModuleList(params Module[] modules) => new(modules);

            public static Modules.ModuleList<T> ModuleList<T>(params T[] modules)
                where T : Module
                => new(modules);
        }
    }
}
