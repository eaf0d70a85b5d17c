using System.Runtime.InteropServices;
using System.Text;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class jit
    {
        /// <summary>Compiled TorchScript functions.</summary>
        public unsafe class CompilationUnit : IDisposable
        {
            private IntPtr _handle;

            internal CompilationUnit(IntPtr handle) => _handle = handle;

            ~CompilationUnit() => Dispose(false);

            public TResult invoke<TResult>(string name, params object?[] inputs) => (TResult)invoke(name, inputs)!;

            public TResult invoke<T, TResult>(string name, params T[] inputs) => (TResult)invoke(name, inputs.Cast<object?>().ToArray())!;

            /// <summary>Calls a function with tensors, scalars, numbers, booleans, arrays of tensors or null; gives tensors, scalars, or tuples and arrays of them.</summary>
            public object? invoke(string name, params object?[] objs)
            {
                ArgumentException.ThrowIfNullOrEmpty(name);
                ArgumentNullException.ThrowIfNull(objs);
                ObjectDisposedException.ThrowIf(_handle == IntPtr.Zero, this);
                var values = new Value[objs.Length];
                List<GCHandle> pins = [];
                Value result;
                byte* error;
                try
                {
                    for (var i = 0; i < objs.Length; i++)
                    {
                        values[i] = Lower(name, objs[i], pins);
                    }
                    fixed (byte* function = Encoding.UTF8.GetBytes(name + '\0'))
                    fixed (Value* first = values)
                    {
                        error = NativeMethods.ld_jit_invoke(_handle, function, first, values.Length, &result);
                    }
                }
                finally
                {
                    foreach (var pin in pins)
                    {
                        pin.Free();
                    }
                }
                GC.KeepAlive(objs);
                GC.KeepAlive(this);
                NativeError.Check(error);
                return Raise(in result);
            }

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                var owned = Interlocked.Exchange(ref _handle, IntPtr.Zero);
                if (owned != IntPtr.Zero)
                {
                    NativeMethods.ld_jit_free(owned);
                }
            }

            private static Value Lower(string name, object? argument, List<GCHandle> pins)
            {
                switch (argument)
                {
                    case null:
                        return default;
                    case Tensor tensor:
                        return new Value { Tag = ValueTag.Tensor, Data = tensor.Handle };
                    case Tensor[] tensors:
                        var pin = GCHandle.Alloc(Array.ConvertAll(tensors, tensor => tensor.Handle), GCHandleType.Pinned);
                        pins.Add(pin);
                        return new Value { Tag = ValueTag.TensorList, Count = tensors.Length, Data = pin.AddrOfPinnedObject() };
                    case bool flag:
                        return new Value { Tag = ValueTag.Bool, Data = flag ? 1 : 0 };
                    case int number:
                        return new Value { Tag = ValueTag.Int, Data = number };
                    case long number:
                        return new Value { Tag = ValueTag.Int, Data = number };
                    case float number:
                        return Real(number);
                    case double number:
                        return Real(number);
                    case Scalar { Type: ScalarType.Float64 } scalar:
                        return Real(scalar.Number);
                    case Scalar { Type: ScalarType.Int64 or ScalarType.Bool } scalar:
                        return new Value { Tag = scalar.Type == ScalarType.Bool ? ValueTag.Bool : ValueTag.Int, Data = scalar.Integer };
                    default:
                        throw new NotSupportedException($"'{name}' was given a {argument.GetType().Name}, which cannot be passed to TorchScript: pass tensors, scalars, numbers, booleans, arrays of tensors or null.");
                }
            }

            private static Value Real(double number) => new() { Tag = ValueTag.Double, Data = BitConverter.DoubleToInt64Bits(number) };

            private static object? Raise(in Value value)
            {
                switch (value.Tag)
                {
                    case ValueTag.None:
                        return null;
                    case ValueTag.Tensor:
                        return value.Data == 0 ? null : new Tensor(checked((IntPtr)value.Data));
                    case ValueTag.Int:
                        return (Scalar)value.Data;
                    case ValueTag.Double:
                        return (Scalar)BitConverter.Int64BitsToDouble(value.Data);
                    case ValueTag.Bool:
                        return (Scalar)(value.Data != 0);
                    case ValueTag.String:
                        var text = Encoding.UTF8.GetString((byte*)value.Data, value.Count);
                        NativeMethods.ld_free((void*)value.Data);
                        return text;
                    default:
                        var elements = new object?[value.Count];
                        var all = (Value*)value.Data;
                        for (var i = 0; i < elements.Length; i++)
                        {
                            elements[i] = Raise(in all[i]);
                        }
                        NativeMethods.ld_free(all);
                        return value.Tag == ValueTag.Tuple ? Tuple(elements) : List(elements);
                }
            }

            private static object? Tuple(object?[] elements) => elements switch
            {
                [Tensor or Scalar] => elements[0],
                [Tensor a, Tensor b] => (a, b),
                [Tensor a, Tensor b, Tensor c] => (a, b, c),
                [Tensor a, Tensor b, Tensor c, Tensor d] => (a, b, c, d),
                [Tensor a, Tensor b, Tensor c, Tensor d, Tensor e] => (a, b, c, d, e),
                [Scalar a, Scalar b] => (a, b),
                [Scalar a, Scalar b, Scalar c] => (a, b, c),
                [Scalar a, Scalar b, Scalar c, Scalar d] => (a, b, c, d),
                [Scalar a, Scalar b, Scalar c, Scalar d, Scalar e] => (a, b, c, d, e),
                _ => List(elements),
            };

            private static object List(object?[] elements) =>
                elements.Length > 0 && elements.All(element => element is Tensor) ? elements.Cast<Tensor>().ToArray()
                : elements.Length > 0 && elements.All(element => element is Scalar) ? elements.Cast<Scalar>().ToArray()
                : elements;
        }
    }
}
