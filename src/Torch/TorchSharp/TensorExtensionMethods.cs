using System.Globalization;
using System.Numerics;

namespace TorchSharp;

/// <summary>Tensors to numbers and text.</summary>
public static class TensorExtensionMethods
{
    public static Half ToHalf(this torch.Tensor value) => value.ToScalar().ToHalf();

    public static BFloat16 ToBFloat16(this torch.Tensor value) => value.ToScalar().ToBFloat16();

    public static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();

    public static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();

    public static sbyte ToSByte(this torch.Tensor value) => value.ToScalar().ToSByte();

    public static byte ToByte(this torch.Tensor value) => value.ToScalar().ToByte();

    public static short ToInt16(this torch.Tensor value) => value.ToScalar().ToInt16();

    public static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();

    public static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();

    public static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    public static (float Real, float Imaginary) ToComplexFloat32(this torch.Tensor value) => value.ToScalar().ToComplexFloat32();

    public static Complex ToComplexFloat64(this torch.Tensor value) => value.ToScalar().ToComplexFloat64();

    /// <summary>A tensor of the array's elements in the given shape: over the array's own memory, or a copy.</summary>
    public static torch.Tensor ToTensor<T>(this T[] rawArray, long[] dimensions, bool doCopy = false, bool requires_grad = false)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        using var whole = torch.from_array(doCopy ? (T[])rawArray.Clone() : rawArray).DetachFromDisposeScope();
        return whole.reshape(dimensions).requires_grad_(requires_grad);
    }

    /// <summary>A tensor without dimensions.</summary>
    public static torch.Tensor ToTensor<T>(this T scalar, torch.Device? device = null, bool requires_grad = false) where T : struct =>
        torch.from_array(new[] { scalar }, null, device).squeeze_(0).requires_grad_(requires_grad);

    public static long TotalSize(this IEnumerable<long> shape) => shape.Aggregate(1L, (product, extent) => product * extent);

    public static ReadOnlySpan<int> IntShape(this torch.Tensor tensor) => Array.ConvertAll(tensor.shape, extent => checked((int)extent));

    public static int ElementSize(this torch.ScalarType type) => ElementTypes.Size(type);

    /// <summary>The elements in nested brackets, as NumPy prints them; long dimensions are shortened in the middle.</summary>
    public static string npstr(this torch.Tensor tensor, string? fltFormat = "g5", int? width = 100, string? newLine = null, CultureInfo? cultureInfo = null) =>
        TensorText.Nested(tensor, fltFormat ?? "g5", newLine ?? Environment.NewLine, cultureInfo ?? CultureInfo.CurrentCulture);

    public static string metastr(this torch.Tensor tensor) => TensorText.Metadata(tensor);
}
