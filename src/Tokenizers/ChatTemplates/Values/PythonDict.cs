using LoraDiff.Tokenizers.ChatTemplates.Running;

namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>A Python dictionary: keeps the order of its keys. Templates cannot change one.</summary>
internal sealed class PythonDict
{
    private readonly OrderedDictionary<object, object?> _items = new(KeyComparer.Instance);

    public int Count => _items.Count;

    public IEnumerable<object?> Keys => _items.Keys.Select(Unwrap);

    public IEnumerable<object?> Values => _items.Values;

    public IEnumerable<(object? Key, object? Value)> Items => _items.Select(item => (Unwrap(item.Key), item.Value));

    public void Set(object? key, object? value)
    {
        if (key is List<object?> or PythonDict or Undefined)
        {
            throw new ChatTemplateException(ChatTemplateError.Type, $"A {PythonText.TypeName(key)} cannot be a key of a dictionary.");
        }

        _items[Wrap(key)] = value;
    }

    public bool TryGet(object? key, out object? value)
    {
        value = null;
        return key is not (List<object?> or PythonDict or Undefined) && _items.TryGetValue(Wrap(key), out value);
    }

    private static object Wrap(object? key) => key ?? DBNull.Value;

    private static object? Unwrap(object key) => key is DBNull ? null : key;

    /// <summary>Python's equality of keys: 1, 1.0 and True are one key.</summary>
    private sealed class KeyComparer : IEqualityComparer<object>
    {
        public static KeyComparer Instance { get; } = new();

        public new bool Equals(object? x, object? y) => ReferenceEquals(x, y) || (x is not DBNull && y is not DBNull && PythonCompare.AreEqual(x, y));

        public int GetHashCode(object obj)
        {
            PythonCompare.Walk();
            return Hash(obj);
        }

        private int Hash(object obj) => obj switch
        {
            string text => Walked(text).GetHashCode(StringComparison.Ordinal),
            PythonTuple tuple => tuple.Items.Aggregate(17, (hash, item) => HashCode.Combine(hash, GetHashCode(item ?? DBNull.Value))),
            _ when PythonNumber.TryReal(obj, out var number) => number.GetHashCode(),
            _ => obj.GetHashCode(),
        };

        private static string Walked(string text)
        {
            Budget.Current?.Work(text.Length);
            return text;
        }
    }
}
