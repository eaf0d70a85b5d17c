using LoraDiff.Safetensors;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>The dtypes that weights may have, on both sides.</summary>
internal static class WeightTypes
{
    private static readonly (SafetensorsDtype File, ScalarType Tensor)[] Pairs =
    [
        (SafetensorsDtype.F32, ScalarType.Float32),
        (SafetensorsDtype.BF16, ScalarType.BFloat16),
        (SafetensorsDtype.F16, ScalarType.Float16),
        (SafetensorsDtype.F64, ScalarType.Float64),
    ];

    public static ScalarType? Find(SafetensorsDtype dtype) => Array.FindIndex(Pairs, p => p.File == dtype) is >= 0 and var i ? Pairs[i].Tensor : null;

    public static SafetensorsDtype Find(ScalarType type) => Array.FindIndex(Pairs, p => p.Tensor == type) is >= 0 and var i
        ? Pairs[i].File
        : throw new ArgumentException($"Weights of type {type} cannot be written; writable are {string.Join(", ", Pairs.Select(p => p.Tensor))}.", nameof(type));

    public static string Names => string.Join(", ", Pairs.Select(p => p.File));
}
