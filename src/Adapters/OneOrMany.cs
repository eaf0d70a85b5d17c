namespace LoraDiff.Adapters;

/// <summary>Makes <see cref="OneOrMany{T}"/> values.</summary>
public static class OneOrMany
{
    /// <summary>A list.</summary>
    public static OneOrMany<T> Of<T>(ReadOnlySpan<T> values) => new(values.ToArray(), bare: false);
}
