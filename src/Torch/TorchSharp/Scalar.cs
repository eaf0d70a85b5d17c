using System.Globalization;
using System.Numerics;

namespace TorchSharp;

/// <summary>A number with its kind. Lives on the managed heap only: it is passed to libtorch by value.</summary>
public sealed class Scalar : IDisposable
{
    private readonly double _number;
    private readonly double _imaginary;
    private readonly long _integer;

    private Scalar(torch.ScalarType type, long integer, double number, double imaginary = 0)
    {
        Type = type;
        _integer = integer;
        _number = number;
        _imaginary = imaginary;
    }

    /// <summary>Int64, Float64, Bool or ComplexFloat64: libtorch's scalars know no other.</summary>
    public torch.ScalarType Type { get; }

    internal long Integer => Type is torch.ScalarType.Int64 or torch.ScalarType.Bool ? _integer : (long)_number;

    internal double Number => _number;

    internal Complex ComplexNumber => new(_number, _imaginary);

    public static implicit operator Scalar(byte value) => Whole(value);

    public static implicit operator Scalar(sbyte value) => Whole(value);

    public static implicit operator Scalar(short value) => Whole(value);

    public static implicit operator Scalar(int value) => Whole(value);

    public static implicit operator Scalar(long value) => Whole(value);

    public static implicit operator Scalar(Half value) => Real((double)value);

    public static implicit operator Scalar(BFloat16 value) => Real(value.ToSingle());

    public static implicit operator Scalar(float value) => Real(value);

    public static implicit operator Scalar(double value) => Real(value);

    public static implicit operator Scalar(bool value) => new(torch.ScalarType.Bool, value ? 1 : 0, value ? 1 : 0);

    public static implicit operator Scalar((float, float) value) => new(torch.ScalarType.ComplexFloat64, 0, value.Item1, value.Item2);

    public static implicit operator Scalar(Complex value) => new(torch.ScalarType.ComplexFloat64, 0, value.Real, value.Imaginary);

    /// <summary>Nothing to free.</summary>
    public void Dispose()
    {
    }

    public override string ToString() => Type switch
    {
        torch.ScalarType.Bool => _integer != 0 ? "True" : "False",
        torch.ScalarType.Int64 => _integer.ToString(CultureInfo.InvariantCulture),
        torch.ScalarType.Float64 => _number.ToString(CultureInfo.InvariantCulture),
        _ => ComplexNumber.ToString(CultureInfo.InvariantCulture),
    };

    internal Arg ToArg() => Type switch
    {
        torch.ScalarType.Bool => _integer != 0,
        torch.ScalarType.Int64 => _integer,
        torch.ScalarType.Float64 => _number,
        _ => Arg.Complex(ComplexNumber),
    };

    private static Scalar Whole(long value) => new(torch.ScalarType.Int64, value, value);

    private static Scalar Real(double value) => new(torch.ScalarType.Float64, 0, value);
}
