using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>Folds adapters into a weight a few rows at a time, so that the float32 in between never has the size of the weight.</summary>
internal static class RowSlices
{
    // 4 MiB of float32: large enough for the product's full speed, small beside any layer that matters.
    private const long MostElements = 1 << 20;

    /// <summary>Reads slice by slice in order, applies all parts, casts, and hands each slice on; no gradient.</summary>
    /// <param name="parts">Applied one after the other.</param>
    /// <param name="shape">Of the whole weight.</param>
    /// <param name="type">What the slices that are handed on have.</param>
    /// <param name="own">Gives rows by number of the first and count.</param>
    /// <param name="take">Receives the number of the first row and the slice, which is freed afterwards.</param>
    /// <exception cref="AdapterException">A number is not finite.</exception>
    public static void Apply(IReadOnlyList<AdapterPart> parts, long[] shape, ScalarType type, Func<long, long, Tensor> own, Action<long, Tensor> take)
    {
        using var noGrad = no_grad();
        var columns = Math.Max(1, shape.Skip(1).Aggregate(1L, (product, size) => product * size));
        var step = parts.Any(part => part.NeedsWholeWeight) ? Math.Max(1, shape[0]) : Math.Max(1, MostElements / columns);
        for (long first = 0; first < shape[0]; first += step)
        {
            using var scope = NewDisposeScope();
            var slice = own(first, Math.Min(step, shape[0] - first));
            foreach (var part in parts)
            {
                slice = part.ApplyToRows(slice, first);
            }

            slice = slice.to(type);
            RequireFinite(slice, parts);
            take(first, slice);
        }
    }

    /// <summary>Refuses NaN and infinity in what adapters have made.</summary>
    public static void RequireFinite(Tensor? tensor, IReadOnlyList<AdapterPart> parts)
    {
        if (parts.Count > 0 && tensor is not null && !isfinite(tensor).all().item<bool>())
        {
            throw new AdapterException(
                $"Merging {string.Join(", ", parts.Select(part => $"'{part.AdapterName}'"))} would give NaN or infinite weights in {tensor.dtype}: the adapter is broken, or that type is too narrow for it. Nothing was merged.");
        }
    }
}
