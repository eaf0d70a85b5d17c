using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public class ElementTypeTests
{
    public static TheoryData<ScalarType> All => [ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64, ScalarType.Float16, ScalarType.Float32, ScalarType.Float64,
        ScalarType.Bool, ScalarType.BFloat16];

    [Theory]
    [MemberData(nameof(All))]
    public void Convert_FromInt64AndBack_KeepsSmallNumbers(ScalarType type)
    {
        using var scope = NewDisposeScope();
        var numbers = tensor(new long[] { 0, 1, 1 });

        var converted = numbers.to(type);

        Assert.Equal(type, converted.dtype);
        Assert.Equal(converted.dtype.ElementSize(), converted.element_size());
        Assert.Equal([0L, 1, 1], converted.to(int64).data<long>().ToArray());
        Assert.Equal(is_floating_point(type), converted.is_floating_point());
        Assert.Equal(is_integral(type), converted.is_integral());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Factories_MakeTheAskedType(ScalarType type)
    {
        using var scope = NewDisposeScope();

        Assert.Equal(type, zeros(2, dtype: type).dtype);
        Assert.Equal(type, ones([2, 2], dtype: type).dtype);
        Assert.Equal(type, full(2, 1, dtype: type).dtype);
        Assert.Equal(type, empty(2, 3, dtype: type).dtype);
        Assert.Equal(type, ones(1, dtype: type).zeros_like().dtype);
    }

    [Fact]
    public void Tensor_FromArrays_CopiesEveryElementType()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(new byte[] { 1, 255 }, tensor(new byte[] { 1, 255 }).data<byte>().ToArray());
        Assert.Equal(new sbyte[] { -1 }, tensor(new sbyte[] { -1 }).data<sbyte>().ToArray());
        Assert.Equal(new short[] { -300 }, tensor(new short[] { -300 }).data<short>().ToArray());
        Assert.Equal([7, -7], tensor(new[] { 7, -7 }).data<int>().ToArray());
        Assert.Equal([1L << 40], tensor(new[] { 1L << 40 }).data<long>().ToArray());
        Assert.Equal([0.5f], tensor(new[] { 0.5f }).data<float>().ToArray());
        Assert.Equal([0.1], tensor(new[] { 0.1 }).data<double>().ToArray());
        Assert.Equal([true, false], tensor(new[] { true, false }).data<bool>().ToArray());
        Assert.Equal([(Half)0.5f], tensor(new[] { (Half)0.5f }).data<Half>().ToArray());
        Assert.Equal([new BFloat16(0.5f)], tensor(new[] { new BFloat16(0.5f) }).data<BFloat16>().ToArray());
        Assert.Equal([3L, 2], tensor(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }).shape);
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor(new[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } }).data<int>().ToArray());
        Assert.Equal(ScalarType.Int64, tensor(new[] { 1, 2 }, dtype: int64).dtype);
        Assert.Throws<ArgumentException>(() => tensor(new[] { 1, 2 }, [3]));
        Assert.Empty(tensor(Array.Empty<float>()).data<float>().ToArray());
    }

    [Fact]
    public void BFloat16_RoundsToNearestEvenAsLibtorch()
    {
        using var scope = NewDisposeScope();
        float[] values = [1.00390625f, 1.01171875f, 3.14159274f, -2.7f, 65504f, 1e-40f, float.MaxValue, float.PositiveInfinity, 0f, -0f];

        var byLibtorch = tensor(values).to(bfloat16).to(float32).data<float>().ToArray();

        Assert.Equal(byLibtorch, values.Select(value => new BFloat16(value).ToSingle()));
        Assert.True(BFloat16.IsNaN(new BFloat16(float.NaN)));
    }

    [Fact]
    public void Arange_InfersIntegersAndDefault()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.25).dtype);
        Assert.Equal([0f, 0.25f, 0.5f, 0.75f], arange(0, 1, 0.25).data<float>().ToArray());
        Assert.Equal([5L, 3, 1], arange(5, 0, -2).data<long>().ToArray());
        Assert.Equal(ScalarType.Int64, full(1, 2).dtype);
        Assert.Equal(ScalarType.Float32, full(1, 2.5).dtype);
        Assert.Equal([1f, 0, 0, 0, 1, 0], eye(2, 3).data<float>().ToArray());
        Assert.Equal([0f, 0.5f, 1], linspace(0, 1, 3).data<float>().ToArray());
    }

    [Fact]
    public void Data_OfAnotherType_Throws()
    {
        using var x = ones(2);

        Assert.Throws<ArgumentException>(() => x.data<double>());
    }

    [Fact]
    public void Data_OfAStridedView_ReadsInOrder()
    {
        using var scope = NewDisposeScope();
        var x = arange(6).reshape(2, 3).T;

        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>());
        Assert.Equal(4, x.data<long>()[1, 1]);
        Assert.Equal(5, x.ReadCpuInt64(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.data<long>()[3, 0]);
        x.data<long>()[2, 1] = 50;
        Assert.Equal(50, x[2, 1].item<long>());
    }

    [Fact]
    public void ComplexNumbers_ComeFromTheirParts()
    {
        using var scope = NewDisposeScope();
        var z = complex(tensor(new[] { 1f, 0f }), tensor(new[] { 2f, -1f }));

        Assert.Equal(ScalarType.ComplexFloat32, z.dtype);
        Assert.Equal([2f, -1f], z.imag.data<float>().ToArray());
        Assert.Equal((float)Math.Sqrt(5), z.abs()[0].item<float>(), 6);
    }

    [Fact]
    public void MixedTypes_WhereLibtorchRefuses_Throw()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ExternalException>(() => ones(2, 2, dtype: float64).matmul(ones(2, 2)));
        Assert.Throws<ExternalException>(() => ones(2, dtype: int64).div_(2.0));
    }
}
