using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>
/// One operator of libtorch's dispatcher. Arguments are given in schema order; those left out at the end take the schema's defaults, so that an operator that grew arguments needs no other code.
/// <code>private static readonly Op Add = Op.Of("aten::add", "Tensor");  …  Add.Tensor(left, right, 1)</code>
/// </summary>
internal sealed unsafe class Op
{
    // Integer lists, tensor lists and texts of one call live here; longer ones go to the heap.
    private const int StackBytes = 512;

    private readonly string _name;
    private readonly string _overload;
    private IntPtr _handle;

    private Op(string name, string overload)
    {
        _name = name;
        _overload = overload;
    }

    /// <summary>Nothing is looked up before the first call.</summary>
    internal static Op Of(string name, string overload = "") => new(name, overload);

    /// <summary>Whether this libtorch has the operator.</summary>
    internal bool Exists
    {
        get
        {
            var found = 0;
            fixed (byte* name = Bytes(_name), overload = Bytes(_overload))
            {
                NativeError.Check(NativeMethods.ld_op_exists(name, overload, &found));
            }
            return found != 0;
        }
    }

    /// <summary>Calls the operator and returns its one tensor.</summary>
    internal torch.Tensor Tensor(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Invoke(args, &result, 1);
        return Take(in result);
    }

    internal (torch.Tensor, torch.Tensor) Tensors2(params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc Value[2];
        Invoke(args, results, 2);
        return (Take(in results[0]), Take(in results[1]));
    }

    internal (torch.Tensor, torch.Tensor, torch.Tensor) Tensors3(params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc Value[3];
        Invoke(args, results, 3);
        return (Take(in results[0]), Take(in results[1]), Take(in results[2]));
    }

    internal (torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor) Tensors4(params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc Value[4];
        Invoke(args, results, 4);
        return (Take(in results[0]), Take(in results[1]), Take(in results[2]), Take(in results[3]));
    }

    /// <summary>Calls the operator and returns its one list of tensors.</summary>
    internal torch.Tensor[] TensorList(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Invoke(args, &result, 1);
        if (result.Tag != ValueTag.TensorList)
        {
            throw WrongResult(result.Tag, ValueTag.TensorList);
        }
        var tensors = new torch.Tensor[result.Count];
        var handles = (IntPtr*)result.Data;
        for (var i = 0; i < tensors.Length; i++)
        {
            tensors[i] = new torch.Tensor(handles[i]);
        }
        NativeMethods.ld_free(handles);
        return tensors;
    }

    internal bool Bool(params ReadOnlySpan<Arg> args) => Number(args, ValueTag.Bool) != 0;

    internal long Int(params ReadOnlySpan<Arg> args) => Number(args, ValueTag.Int);

    internal double Double(params ReadOnlySpan<Arg> args) => BitConverter.Int64BitsToDouble(Number(args, ValueTag.Double));

    /// <summary>Calls the operator and returns its one number, as a scalar.</summary>
    internal Scalar Scalar(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Invoke(args, &result, 1);
        return result.Tag switch
        {
            ValueTag.Int => result.Data,
            ValueTag.Double => BitConverter.Int64BitsToDouble(result.Data),
            ValueTag.Bool => result.Data != 0,
            _ => throw WrongResult(result.Tag, ValueTag.Double),
        };
    }

    /// <summary>Calls the operator for its effect; results are dropped. For in-place operators, whose caller returns the tensor it has.</summary>
    internal void Call(params ReadOnlySpan<Arg> args) => Invoke(args, null, 0);

    private long Number(ReadOnlySpan<Arg> args, ValueTag tag)
    {
        Value result;
        Invoke(args, &result, 1);
        return result.Tag == tag ? result.Data : throw WrongResult(result.Tag, tag);
    }

    private torch.Tensor Take(in Value result)
    {
        if (result.Tag != ValueTag.Tensor)
        {
            throw WrongResult(result.Tag, ValueTag.Tensor);
        }
        return new torch.Tensor(checked((IntPtr)result.Data));
    }

    private InvalidOperationException WrongResult(ValueTag found, ValueTag expected) =>
        new($"{_name}.{_overload} returned a {found} where a {expected} was expected.");

    // The native side reads only what was written here: clearing the buffers of every call would cost as much as the call.
    [SkipLocalsInit]
    private void Invoke(ReadOnlySpan<Arg> args, Value* results, int room)
    {
        if (_handle == IntPtr.Zero)
        {
            Find();
        }
        var values = stackalloc Value[args.Length];
        var stack = stackalloc byte[StackBytes];
        var used = 0;
        List<IntPtr>? heap = null;
        byte* error;
        int count;
        try
        {
            for (var i = 0; i < args.Length; i++)
            {
                ref readonly var arg = ref args[i];
                values[i].Tag = arg.Tag;
                values[i].Count = arg.Count;
                values[i].Data = arg.Owner is null ? arg.Data : Lower(in arg, ref values[i], stack, ref used, ref heap);
            }
            count = room;
            error = NativeMethods.ld_op_call(_handle, values, args.Length, results, &count);
            if (NativeError.IsOutOfMemory(error))
            {
                // Tensors that nobody refers to any more hold memory until the finalizers run.
                NativeMethods.ld_free(error);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                count = room;
                error = NativeMethods.ld_op_call(_handle, values, args.Length, results, &count);
            }
        }
        finally
        {
            if (heap is not null)
            {
                foreach (var block in heap)
                {
                    NativeMemory.Free((void*)block);
                }
            }
        }
        // No finalizer may free a tensor or generator of this call before it has returned.
        for (var i = 0; i < args.Length; i++)
        {
            GC.KeepAlive(args[i].Owner);
        }
        NativeError.Check(error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Lower(in Arg arg, ref Value value, byte* stack, ref int used, ref List<IntPtr>? heap) =>
        arg.Tag == ValueTag.Tensor ? Unsafe.As<torch.Tensor>(arg.Owner!).Handle : LowerOther(in arg, ref value, stack, ref used, ref heap);

    private static long LowerOther(in Arg arg, ref Value value, byte* stack, ref int used, ref List<IntPtr>? heap)
    {
        switch (arg.Tag)
        {
            case ValueTag.Generator:
                return Unsafe.As<torch.Generator>(arg.Owner!).Handle;
            case ValueTag.IntList:
            {
                var list = (long[])arg.Owner!;
                var target = (long*)Reserve(list.Length * sizeof(long), stack, ref used, ref heap);
                list.AsSpan().CopyTo(new Span<long>(target, list.Length));
                return (long)target;
            }
            case ValueTag.DoubleList or ValueTag.Complex:
            {
                var list = (double[])arg.Owner!;
                var target = (double*)Reserve(list.Length * sizeof(double), stack, ref used, ref heap);
                list.AsSpan().CopyTo(new Span<double>(target, list.Length));
                return (long)target;
            }
            case ValueTag.BoolList:
            {
                var list = (bool[])arg.Owner!;
                var target = (long*)Reserve(list.Length * sizeof(long), stack, ref used, ref heap);
                for (var i = 0; i < list.Length; i++)
                {
                    target[i] = list[i] ? 1 : 0;
                }
                return (long)target;
            }
            case ValueTag.TensorList or ValueTag.OptionalTensorList:
            {
                var list = (torch.Tensor?[])arg.Owner!;
                var target = (IntPtr*)Reserve(list.Length * sizeof(IntPtr), stack, ref used, ref heap);
                for (var i = 0; i < list.Length; i++)
                {
                    target[i] = list[i] is { } tensor ? tensor.Handle : IntPtr.Zero;
                }
                return (long)target;
            }
            case ValueTag.String:
            {
                var text = (string)arg.Owner!;
                var length = Encoding.UTF8.GetByteCount(text);
                var target = Reserve(length, stack, ref used, ref heap);
                Encoding.UTF8.GetBytes(text, new Span<byte>(target, length));
                value.Count = length;
                return (long)target;
            }
            default:
                return arg.Data;
        }
    }

    private static byte* Reserve(int bytes, byte* stack, ref int used, ref List<IntPtr>? heap)
    {
        var rounded = (bytes + 7) & ~7;
        if (used + rounded <= StackBytes)
        {
            var target = stack + used;
            used += rounded;
            return target;
        }
        var block = NativeMemory.Alloc((nuint)rounded);
        (heap ??= []).Add((IntPtr)block);
        return (byte*)block;
    }

    private void Find()
    {
        IntPtr handle;
        fixed (byte* name = Bytes(_name), overload = Bytes(_overload))
        {
            NativeError.Check(NativeMethods.ld_op_find(name, overload, &handle));
        }
        _handle = handle;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
