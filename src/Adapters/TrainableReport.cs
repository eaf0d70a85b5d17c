using System.Globalization;

namespace LoraDiff.Adapters;

/// <summary>How much of a model is trained.</summary>
/// <param name="Trainable">Numbers that are trained.</param>
/// <param name="Total">All numbers, the adapter's included.</param>
public readonly record struct TrainableReport(long Trainable, long Total)
{
    /// <summary>The sentence that PEFT prints.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"trainable params: {Trainable:N0} || all params: {Total:N0} || trainable%: {(Total == 0 ? 0 : 100.0 * Trainable / Total):F4}");
}
