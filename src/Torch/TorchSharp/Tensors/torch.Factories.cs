using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var type = dtype ?? (is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type) ? ScalarType.Int64 : get_default_dtype());
        return Leaf(Ops.Arange_start_step.Tensor(start, stop, step, type, Arg.None, InitializeDevice(device)), requires_grad, null);
    }

    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);

    public static Tensor eye(long rows, long columns = -1L, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(Ops.Eye_m.Tensor(rows, columns < 0 ? rows : columns, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device)), requires_grad, names);

    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Leaf(Ops.Linspace.Tensor(start, end, steps, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device)), requires_grad, null);

    public static Tensor logspace(double start, double end, long steps, double @base = 10, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Leaf(Ops.Logspace.Tensor(start, end, steps, @base, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device)), requires_grad, null);

    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Leaf(Ops.Randint_low_generator.Tensor(low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, InitializeDevice(device)), requires_grad, names);

    public static Tensor randint(long low, long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(long high, Size size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size.Shape, dtype, device, requires_grad, generator, names);

    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randint(int low, int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(low, high, Array.ConvertAll(size, value => (long)value), dtype, device, requires_grad, generator, names);

    public static Tensor randint(int high, int[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        randint(0, high, size, dtype, device, requires_grad, generator, names);

    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Leaf(Ops.Randperm_generator.Tensor(n, generator, dtype ?? ScalarType.Int64, Arg.None, InitializeDevice(device)), requires_grad, null);

    public static Tensor empty_strided(long[] size, long[] strides, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Leaf(Ops.EmptyStrided.Tensor(size, strides, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device)), requires_grad, names);

    public static Tensor complex(Tensor real, Tensor imag) => Ops.Complex.Tensor(real, imag);

    public static Tensor polar(Tensor abs, Tensor angle) => Ops.Polar.Tensor(abs, angle);

    public static Tensor normal(Tensor mean, Tensor std, Generator? generator = null) => Ops.Normal_Tensor_Tensor.Tensor(mean, std, generator);

    public static Tensor normal(double mean, double std, ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null,
        string[]? names = null) => Leaf(empty(size, dtype, device).normal_(mean, std, generator), requires_grad, names);

    /// <summary>Shares the array's memory: the array is pinned for as long as the tensor lives.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        var shape = new long[rawArray.Rank];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = rawArray.GetLongLength(i);
        }
        var type = ElementTypes.Of(rawArray.GetType().GetElementType()!);
        return Moved(Pinned(rawArray, 0, shape, type), dtype ?? type, device, requires_grad, names);
    }

    /// <summary>Shares the array's memory from <paramref name="offset"/> on, counted in elements of the array. Another <paramref name="dtype"/> than the array's converts, into a copy.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        ArgumentNullException.ThrowIfNull(rawArray);
        if (offset < 0 || offset >= rawArray.LongLength)
        {
            throw new ArgumentException($"invalid value for 'offset': {offset} of {rawArray.LongLength} elements", nameof(offset));
        }
        count = count < 0 ? rawArray.LongLength - offset : count;
        if (count > rawArray.LongLength - offset)
        {
            throw new IndexOutOfRangeException($"element count is too large: {count} where {rawArray.LongLength - offset} are left");
        }
        return Moved(Pinned(rawArray, offset, [count], ElementTypes.Of(rawArray.GetType().GetElementType()!)), dtype, CPU, requires_grad, null);
    }

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        return (dtype, device) switch
        {
            (null, null) => data.alias(),
            ({ } type, null) => data.to(type),
            (null, { } place) => data.to(place),
            ({ } type, { } place) => data.to(type, place),
        };
    }

    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => from_array(data, dtype, device, false);

    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(Half[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<Half> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor as_tensor(BFloat16[] rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray, dtype, device);

    public static Tensor as_tensor(IList<BFloat16> rawArray, ScalarType? dtype = null, Device? device = null) => from_array(rawArray.ToArray(), dtype, device);

    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.empty_like(dtype, device, requires_grad);

    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.zeros_like(dtype, device, requires_grad);

    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => input.ones_like(dtype, device, requires_grad);

    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        input.full_like(value, dtype, device, requires_grad);

    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.rand_like(dtype, device, requires_grad);

    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => input.randn_like(dtype, device, requires_grad);

    public static Tensor randint_like(Tensor input, long low, long high, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        input.randint_like(low, high, dtype, device, requires_grad);

    internal static Tensor Leaf(Tensor result, bool requiresGrad, string[]? names)
    {
        if (names is { Length: > 0 })
        {
            result.Dispose();
            throw new NotSupportedException("Named dimensions are not supported.");
        }
        return requiresGrad ? result.requires_grad_() : result;
    }

    private static Tensor Filled(Op op, long[] size, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names) =>
        Leaf(op.Tensor(size, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device)), requiresGrad, names);

    private static Tensor Full(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names)
    {
        var type = dtype ?? (is_integral(value.Type) ? ScalarType.Int64 : get_default_dtype());
        return Leaf(Ops.Full.Tensor(size, value, type, Arg.None, InitializeDevice(device)), requiresGrad, names);
    }

    private static Tensor Drawn(Op op, long[] size, ScalarType? dtype, Device? device, bool requiresGrad, Generator? generator, string[]? names) =>
        Leaf(op.Tensor(size, generator, dtype ?? get_default_dtype(), Arg.None, InitializeDevice(device)), requiresGrad, names);

    private static Tensor FromScalar<T>(T value, ScalarType? dtype, Device? device, bool requiresGrad) where T : unmanaged => FromElements<T>([value], [], dtype, device, requiresGrad, null);

    /// <summary>Copies elements into a new tensor.</summary>
    private static Tensor FromElements<T>(ReadOnlySpan<T> elements, ReadOnlySpan<long> size, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names) where T : unmanaged
    {
        var count = 1L;
        foreach (var length in size)
        {
            count *= length;
        }
        if (count > elements.Length)
        {
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {elements.Length}");
        }
        var type = ElementTypes.Of(typeof(T));
        var result = Ops.Empty_memory_format.Tensor(size.ToArray(), type, Arg.None, CPU);
        elements[..(int)count].CopyTo(new Span<T>((void*)result.DataPointer(), (int)count));
        return Moved(result, dtype ?? type, device, requiresGrad, names);
    }

    private static Tensor FromRectangle<T>(Array elements, ScalarType? dtype, Device? device, bool requiresGrad, string[]? names) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        var shape = new long[elements.Rank];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = elements.GetLongLength(i);
        }
        var all = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(elements)), elements.Length);
        return FromElements(all, shape, dtype, device, requiresGrad, names);
    }

    private static Tensor Moved(Tensor result, ScalarType dtype, Device? device, bool requiresGrad, string[]? names)
    {
        device = InitializeDevice(device);
        if (result.dtype != dtype || result.device_type != device.type)
        {
            result = result.to(dtype, device, disposeAfter: true);
        }
        return Leaf(result, requiresGrad, names);
    }

    private static Tensor Pinned(Array array, long offset, long[] size, ScalarType type)
    {
        if (array is (float, float)[])
        {
            throw new NotSupportedException("An array of complex pairs cannot be pinned.");
        }
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        IntPtr result;
        byte* error;
        fixed (long* sizes = size)
        {
            var elementSize = ElementTypes.Size(type);
            error = NativeMethods.ld_tensor_from_blob((byte*)pin.AddrOfPinnedObject() + offset * elementSize, sizes, size.Length, (int)type, (int)DeviceType.CPU, -1, &Unpin, GCHandle.ToIntPtr(pin),
                &result);
        }
        if (error != null)
        {
            pin.Free();
        }
        NativeError.Check(error);
        return new Tensor(result);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Unpin(IntPtr state) => GCHandle.FromIntPtr(state).Free();
}
