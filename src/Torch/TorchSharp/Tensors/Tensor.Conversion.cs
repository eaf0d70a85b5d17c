
namespace TorchSharp;

public static partial class torch
{
    public static Tensor clone(Tensor input) => input.clone();

    public unsafe partial class Tensor
    {
        public Tensor alias() => Ops.Alias.Tensor(this);

        public Tensor detach() => Ops.Detach.Tensor(this);

        public Tensor detach_()
        {
            Ops.DetachInPlace.Call(this);
            return this;
        }

        public Tensor clone() => Ops.Clone.Tensor(this);

        public Tensor contiguous() => Ops.Contiguous.Tensor(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            Ops.CopyInPlace.Call(this, source, nonBlocking);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            Ops.FillInPlace_Scalar.Call(this, value);
            return this;
        }

        public Tensor zero_()
        {
            Ops.ZeroInPlace.Call(this);
            return this;
        }

        public Tensor set_(Tensor source)
        {
            Ops.SetInPlace_source_Tensor.Call(this, source);
            return this;
        }

        public Tensor squeeze_(long? dim = null)
        {
            if (dim is { } index)
            {
                Ops.SqueezeInPlace_dim.Call(this, index);
            }
            else
            {
                Ops.SqueezeInPlace.Call(this);
            }
            return this;
        }

        public Tensor pin_memory() => Ops.PinMemory.Tensor(this);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false)
        {
            if (device is not null && device.type != DeviceType.CUDA)
            {
                throw new ArgumentException("Not a CUDA device.", nameof(device));
            }
            return to(device ?? CUDA, non_blocking: non_blocking);
        }

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(disposeAfter, Ops.To_dtype.Tensor(this, type, non_blocking, copy));

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(disposeAfter, Ops.To_device.Tensor(this, InitializeDevice(device), type, non_blocking, copy));

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(disposeAfter, Ops.To_dtype_layout.Tensor(this, Arg.None, Arg.None, InitializeDevice(device), Arg.None, non_blocking, copy));

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type(ScalarType dtype) => to(dtype);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @short() => to_type(ScalarType.Int16);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        private Tensor Converted(bool disposeAfter, Tensor result)
        {
            if (disposeAfter)
            {
                Dispose();
            }
            return result;
        }

        private static (Tensor output, Tensor? inverse_indices, Tensor? counts) Without((Tensor Output, Tensor Inverse, Tensor Counts) all, bool inverse, bool counts)
        {
            if (!inverse)
            {
                all.Inverse.Dispose();
            }
            if (!counts)
            {
                all.Counts.Dispose();
            }
            return (all.Output, inverse ? all.Inverse : null, counts ? all.Counts : null);
        }
    }
}
