using System.Numerics;

namespace TorchSharp;

/// <summary>Which C# type stands for which element type.</summary>
internal static class ElementTypes
{
    internal static void Check<T>(torch.ScalarType type) where T : unmanaged
    {
        if (!Matches<T>(type))
        {
            throw new ArgumentException($"{typeof(T).Name} is not compatible with {type}");
        }
    }

    internal static torch.ScalarType Of(Type type) => type switch
    {
        _ when type == typeof(byte) => torch.ScalarType.Byte,
        _ when type == typeof(sbyte) => torch.ScalarType.Int8,
        _ when type == typeof(short) => torch.ScalarType.Int16,
        _ when type == typeof(int) => torch.ScalarType.Int32,
        _ when type == typeof(long) => torch.ScalarType.Int64,
        _ when type == typeof(Half) => torch.ScalarType.Float16,
        _ when type == typeof(BFloat16) => torch.ScalarType.BFloat16,
        _ when type == typeof(float) => torch.ScalarType.Float32,
        _ when type == typeof(double) => torch.ScalarType.Float64,
        _ when type == typeof(bool) => torch.ScalarType.Bool,
        _ when type == typeof((float, float)) => torch.ScalarType.ComplexFloat32,
        _ when type == typeof(Complex) => torch.ScalarType.ComplexFloat64,
        _ => throw new NotSupportedException($"No tensor element type corresponds to {type.Name}."),
    };

    /// <summary>Bytes of one element.</summary>
    internal static int Size(torch.ScalarType type) => type switch
    {
        torch.ScalarType.Byte or torch.ScalarType.Int8 or torch.ScalarType.Bool or torch.ScalarType.QInt8 or torch.ScalarType.QUInt8 => 1,
        torch.ScalarType.Int16 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16 => 2,
        torch.ScalarType.Int32 or torch.ScalarType.Float32 or torch.ScalarType.QInt32 => 4,
        torch.ScalarType.Int64 or torch.ScalarType.Float64 or torch.ScalarType.ComplexFloat32 => 8,
        torch.ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    private static bool Matches<T>(torch.ScalarType type) where T : unmanaged => type switch
    {
        torch.ScalarType.Byte => typeof(T) == typeof(byte),
        torch.ScalarType.Int8 => typeof(T) == typeof(sbyte),
        torch.ScalarType.Int16 => typeof(T) == typeof(short),
        torch.ScalarType.Int32 => typeof(T) == typeof(int),
        torch.ScalarType.Int64 => typeof(T) == typeof(long),
        torch.ScalarType.Float16 => typeof(T) == typeof(Half),
        torch.ScalarType.BFloat16 => typeof(T) == typeof(BFloat16),
        torch.ScalarType.Float32 => typeof(T) == typeof(float),
        torch.ScalarType.Float64 => typeof(T) == typeof(double),
        torch.ScalarType.Bool => typeof(T) == typeof(bool),
        torch.ScalarType.ComplexFloat32 => typeof(T) == typeof((float, float)),
        torch.ScalarType.ComplexFloat64 => typeof(T) == typeof(Complex),
        _ => false,
    };
}
