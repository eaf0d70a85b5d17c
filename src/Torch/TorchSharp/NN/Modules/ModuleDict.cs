using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Utils;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Modules by name, in the order of insertion. The registration follows every change.</summary>
        public class ModuleDict<T> : torch.nn.Module, IDictionary<string, T>, IList<(string, T)>
            where T : torch.nn.Module
        {
            private readonly OrderedDict<string, T> _items = new();

            public ModuleDict()
                : base(nameof(ModuleDict<T>))
            {
            }

            public int Count => _items.Count;

            public bool IsReadOnly => false;

            public ICollection<string> Keys => _items.Keys;

            public ICollection<T> Values => _items.Values;

            public T this[string key]
            {
                get => _items[key];
                set
                {
                    _items[key] = value;
                    RegisterAll();
                }
            }

            public (string, T) this[int index]
            {
                get => _items[index];
                set
                {
                    _items[index] = value;
                    RegisterAll();
                }
            }

            public IEnumerator<(string, T)> items() => _items.GetEnumerator();

            public IEnumerable<string> keys() => _items.keys();

            public IEnumerable<T> values() => _items.values();

            public void clear() => Clear();

            public void Add(string key, T value)
            {
                register_module(key, value);
                _items[key] = value;
            }

            public void Add((string, T) item) => Add(item.Item1, item.Item2);

            public void Add(KeyValuePair<string, T> item) => Add(item.Key, item.Value);

            public void Insert(int index, (string, T) item)
            {
                _items.Insert(index, item);
                RegisterAll();
            }

            public bool Remove(string key)
            {
                var removed = _items.Remove(key);
                RegisterAll();
                return removed;
            }

            public bool Remove((string, T) item) => _items.Contains(item) && Remove(item.Item1);

            public bool Remove(KeyValuePair<string, T> item) => Remove((item.Key, item.Value));

            public void RemoveAt(int index) => Remove(_items[index].Item1);

            public void Clear()
            {
                _items.Clear();
                ClearModules();
            }

            public bool ContainsKey(string key) => _items.ContainsKey(key);

            public bool Contains((string, T) item) => _items.Contains(item);

            public bool Contains(KeyValuePair<string, T> item) => _items.Contains(item);

            public int IndexOf((string, T) item) => _items.IndexOf(item);

            public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _items.TryGetValue(key, out value);

            public void CopyTo((string, T)[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

            public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

            public IEnumerator<(string, T)> GetEnumerator() => _items.GetEnumerator();

            IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator()
                => ((IEnumerable<KeyValuePair<string, T>>)_items).GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            /// <summary>Replacing a child by name changes the dictionary too, so that both always agree.</summary>
            public override void register_module(string name, torch.nn.Module submodule)
            {
                base.register_module(name, submodule);
                if (submodule is T item && _items.ContainsKey(name))
                    _items[name] = item;
            }

            protected override void RegisterComponents()
            {
            }

            private void RegisterAll()
            {
                ClearModules();
                foreach (var (key, module) in _items)
                    base.register_module(key, module);
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ModuleDict<Module> ModuleDict(params (string, Module)[] modules) => ModuleDict<Module>(modules);

            public static Modules.ModuleDict<T> ModuleDict<T>(params (string, T)[] modules)
                where T : Module
            {
                var result = new Modules.ModuleDict<T>();
                foreach (var module in modules)
                    result.Add(module);
                return result;
            }
        }
    }
}
