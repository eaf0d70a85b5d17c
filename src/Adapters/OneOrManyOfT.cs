using System.Collections;
using System.Runtime.CompilerServices;

namespace LoraDiff.Adapters;

/// <summary>A value that PEFT writes either bare or as a list, and that keeps the form it came in.</summary>
/// <typeparam name="T">The type of one value.</typeparam>
[CollectionBuilder(typeof(OneOrMany), nameof(OneOrMany.Of))]
public sealed class OneOrMany<T> : IReadOnlyList<T>
{
    private readonly T[] _values;

    internal OneOrMany(T[] values, bool bare) => (_values, IsBare) = (values, bare);

    /// <summary>Whether it is written without brackets.</summary>
    public bool IsBare { get; }

    /// <inheritdoc/>
    public int Count => _values.Length;

    /// <inheritdoc/>
    public T this[int index] => _values[index];

    /// <summary>One bare value.</summary>
    public static implicit operator OneOrMany<T>(T value) => new([value], bare: true);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => _values.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => IsBare ? $"{_values[0]}" : $"[{string.Join(", ", _values)}]";
}
