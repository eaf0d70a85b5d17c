using System.Numerics;

namespace TorchSharp;

/// <summary>
/// An operator's argument, in schema order. Converts from what C# has: tensors, numbers, booleans, lists, types, devices, generators, text. <c>default(Arg)</c> is None; <see cref="Omitted"/> asks
/// for the schema's default.
/// </summary>
internal readonly struct Arg
{
    internal readonly object? Owner;
    internal readonly long Data;
    internal readonly int Count;
    internal readonly ValueTag Tag;

    private Arg(ValueTag tag, long data, object? owner = null, int count = 0)
    {
        Tag = tag;
        Data = data;
        Owner = owner;
        Count = count;
    }

    internal static Arg None => default;

    internal static Arg Omitted => new(ValueTag.Default, 0);

    public static implicit operator Arg(torch.Tensor? value) => value is null ? default : new(ValueTag.Tensor, 0, value);

    public static implicit operator Arg(long value) => new(ValueTag.Int, value);

    public static implicit operator Arg(long? value) => value is { } number ? new(ValueTag.Int, number) : default;

    public static implicit operator Arg(double value) => new(ValueTag.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(double? value) => value is { } number ? number : default(Arg);

    public static implicit operator Arg(bool value) => new(ValueTag.Bool, value ? 1 : 0);

    public static implicit operator Arg(bool? value) => value is { } flag ? flag : default(Arg);

    public static implicit operator Arg(Scalar? value) => value is null ? default : value.ToArg();

    public static implicit operator Arg(long[]? value) => value is null ? default : new(ValueTag.IntList, 0, value, value.Length);

    public static implicit operator Arg(double[]? value) => value is null ? default : new(ValueTag.DoubleList, 0, value, value.Length);

    public static implicit operator Arg(bool[]? value) => value is null ? default : new(ValueTag.BoolList, 0, value, value.Length);

    public static implicit operator Arg(torch.Tensor[]? value) => value is null ? default : new(ValueTag.TensorList, 0, value, value.Length);

    public static implicit operator Arg(torch.ScalarType value) => new(ValueTag.Int, (long)value);

    public static implicit operator Arg(torch.ScalarType? value) => value is { } type ? new(ValueTag.Int, (long)type) : default;

    public static implicit operator Arg(torch.Device? value) => value is null ? default : new(ValueTag.Device, (long)value.type, null, value.index);

    public static implicit operator Arg(torch.Generator? value) => value is null ? default : new(ValueTag.Generator, 0, value);

    public static implicit operator Arg(string? value) => value is null ? default : new(ValueTag.String, 0, value);

    /// <summary>A list of tensors in which null stands for "all of this dimension".</summary>
    internal static Arg Optionals(torch.Tensor?[] value) => new(ValueTag.OptionalTensorList, 0, value, value.Length);

    internal static Arg Complex(Complex value) => new(ValueTag.Complex, 0, new[] { value.Real, value.Imaginary });
}
