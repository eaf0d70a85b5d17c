using System.Collections;
using System.Globalization;

namespace TorchSharp
{
    namespace Modules
    {
        /// <summary>A list of parameters, registered under their indices. The registration follows every change of the list.</summary>
        public class ParameterList : torch.nn.Module, IList<Parameter>
        {
            private readonly List<Parameter> _list = [];

            public ParameterList(params Parameter[] parameters)
                : base(nameof(ParameterList))
                => extend(parameters ?? []);

            public int Count => _list.Count;

            public bool IsReadOnly => false;

            public Parameter this[int index]
            {
                get => _list[index];
                set
                {
                    _list[index] = value;
                    RegisterAll();
                }
            }

            public void Add(Parameter item)
            {
                _list.Add(item);
                RegisterAll();
            }

            public void append(params Parameter[] parameters) => extend(parameters ?? []);

            public void extend(IEnumerable<Parameter> parameters)
            {
                _list.AddRange(parameters);
                RegisterAll();
            }

            public void Insert(int index, Parameter item)
            {
                _list.Insert(index, item);
                RegisterAll();
            }

            public bool Remove(Parameter item)
            {
                var index = IndexOf(item);
                if (index >= 0)
                    RemoveAt(index);
                return index >= 0;
            }

            public void RemoveAt(int index)
            {
                _list.RemoveAt(index);
                RegisterAll();
            }

            public void Clear()
            {
                _list.Clear();
                RegisterAll();
            }

            public bool Contains(Parameter item) => IndexOf(item) >= 0;

            // By reference: equality of tensors compares what they hold.
            public int IndexOf(Parameter item) => _list.FindIndex(other => ReferenceEquals(other, item));

            public void CopyTo(Parameter[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

            public IEnumerator<Parameter> GetEnumerator() => _list.GetEnumerator();

            IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

            protected override void RegisterComponents()
            {
            }

            private void RegisterAll()
            {
                _internal_params.Clear();
                for (var i = 0; i < _list.Count; i++)
                    register_parameter(i.ToString(CultureInfo.InvariantCulture), _list[i]);
            }
        }
    }

    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.ParameterList ParameterList(params Modules.Parameter[] parameters) => new(parameters);
        }
    }
}
