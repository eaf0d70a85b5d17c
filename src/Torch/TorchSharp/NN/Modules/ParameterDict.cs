using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>Parameters by name, in the order of insertion.</summary>
        public class ParameterDict : torch.nn.Module, IDictionary<string, Parameter>, IList<(string, Parameter)>
        {
            public ParameterDict()
                : base(nameof(ParameterDict))
            {
            }

            public int Count => _internal_params.Count;

            public bool IsReadOnly => false;

            public ICollection<string> Keys => _internal_params.Keys;

            public ICollection<Parameter> Values => _internal_params.Values;

            public Parameter this[string key]
            {
                get => _internal_params[key];
                set => _internal_params[key] = value;
            }

            public (string, Parameter) this[int index]
            {
                get => _internal_params[index];
                set => _internal_params[index] = value;
            }

            public IEnumerator<(string, Parameter)> items() => GetEnumerator();

            public IEnumerable<string> keys() => _internal_params.keys();

            public IEnumerable<Parameter> values() => _internal_params.values();

            public void clear() => Clear();

            public void Add(string key, Parameter value) => register_parameter(key, value);

            public void Add((string, Parameter) item) => Add(item.Item1, item.Item2);

            public void Add(KeyValuePair<string, Parameter> item) => Add(item.Key, item.Value);

            public void Insert(int index, (string, Parameter) item) => _internal_params.Insert(index, item);

            public bool Remove(string key) => _internal_params.Remove(key);

            public bool Remove((string, Parameter) item) => Contains(item) && Remove(item.Item1);

            public bool Remove(KeyValuePair<string, Parameter> item) => Remove((item.Key, item.Value));

            public void RemoveAt(int index) => _internal_params.RemoveAt(index);

            public void Clear() => _internal_params.Clear();

            public bool ContainsKey(string key) => _internal_params.ContainsKey(key);

            public bool Contains((string, Parameter) item)
                => _internal_params.TryGetValue(item.Item1, out var parameter) && ReferenceEquals(parameter, item.Item2);

            public bool Contains(KeyValuePair<string, Parameter> item) => Contains((item.Key, item.Value));

            public int IndexOf((string, Parameter) item) => Contains(item) ? _internal_params.keys().ToList().IndexOf(item.Item1) : -1;

            public bool TryGetValue(string key, [MaybeNullWhen(false)] out Parameter value) => _internal_params.TryGetValue(key, out value);

            public void CopyTo((string, Parameter)[] array, int arrayIndex) => _internal_params.CopyTo(array, arrayIndex);

            public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) => _internal_params.CopyTo(array, arrayIndex);

            public IEnumerator<(string, Parameter)> GetEnumerator() => _internal_params.GetEnumerator();

            IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator()
                => ((IEnumerable<KeyValuePair<string, Parameter>>)_internal_params).GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            protected override void RegisterComponents()
            {
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ParameterDict ParameterDict(params (string, Modules.Parameter)[] parameters)
            {
                var result = new Modules.ParameterDict();
                foreach (var parameter in parameters)
                    result.Add(parameter);
                return result;
            }
        }
    }
}
