using TorchSharp.Native;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        private const int StreamBuffer = 1 << 20;

        /// <summary>The raw memory of a contiguous CPU tensor of less than 2 GiB. The span is good while the tensor lives.</summary>
        public Span<byte> bytes
        {
            get
            {
                var length = CheckRaw();
                return length <= int.MaxValue
                    ? new Span<byte>((void*)DataPointer(), (int)length)
                    : throw new ArgumentException($"The tensor holds {length} bytes; a span holds at most {int.MaxValue}. Use WriteBytesToStream and ReadBytesFromStream.");
            }
            set
            {
                var length = CheckRaw();
                if (value.Length != length)
                {
                    throw new ArgumentException($"The tensor holds {length} bytes but {value.Length} were given.");
                }
                value.CopyTo(new Span<byte>((void*)DataPointer(), value.Length));
            }
        }

        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            ArgumentNullException.ThrowIfNull(stream);
            var left = CheckRaw();
            var at = (byte*)DataPointer();
            while (left > 0)
            {
                var chunk = (int)Math.Min(left, Math.Max(bufferSize, StreamBuffer));
                stream.Write(new ReadOnlySpan<byte>(at, chunk));
                at += chunk;
                left -= chunk;
            }
            GC.KeepAlive(this);
        }

        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            ArgumentNullException.ThrowIfNull(stream);
            var left = CheckRaw();
            var at = (byte*)DataPointer();
            while (left > 0)
            {
                var read = stream.Read(new Span<byte>(at, (int)Math.Min(left, Math.Max(bufferSize, StreamBuffer))));
                if (read == 0)
                {
                    throw new EndOfStreamException($"The stream ended {left} bytes before the tensor was full.");
                }
                at += read;
                left -= read;
            }
            GC.KeepAlive(this);
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ElementTypes.Check<T>(dtype);
            return device_type == DeviceType.CPU ? new TensorAccessor<T>(this, false) : new TensorAccessor<T>(CpuCopy(), true);
        }

        public T item<T>() where T : unmanaged
        {
            var info = Info();
            if (info.ElementCount != 1)
            {
                throw new ArgumentException($"Number of elements in the tensor must be 1, but it is {info.ElementCount}.");
            }
            ElementTypes.Check<T>((ScalarType)info.Type);
            if ((DeviceType)info.DeviceType == DeviceType.CPU)
            {
                var value = *(T*)DataPointer();
                GC.KeepAlive(this);
                return value;
            }
            using var copy = CpuCopy();
            return *(T*)copy.DataPointer();
        }

        public Scalar ToScalar() => Ops.Item.Scalar(this);

        public Storage<T> storage<T>() where T : unmanaged => new(this);

        public double ReadCpuDouble(long i) => Read<double>(i);

        public float ReadCpuSingle(long i) => Read<float>(i);

        public int ReadCpuInt32(long i) => Read<int>(i);

        public long ReadCpuInt64(long i) => Read<long>(i);

        public byte ReadCpuByte(long i) => Read<byte>(i);

        public sbyte ReadCpuSByte(long i) => Read<sbyte>(i);

        public short ReadCpuInt16(long i) => Read<short>(i);

        public bool ReadCpuBool(long i) => Read<bool>(i);

        public T ReadCpuValue<T>(long i) where T : unmanaged => Read<T>(i);

        /// <summary>Address of the first element.</summary>
        internal IntPtr DataPointer()
        {
            IntPtr pointer;
            NativeError.Check(NativeMethods.ld_tensor_data(Handle, &pointer));
            GC.KeepAlive(this);
            return pointer;
        }

        private T Read<T>(long index) where T : unmanaged
        {
            using var accessor = data<T>();
            return accessor.At(index);
        }

        // On no scope: whoever asked disposes it.
        private Tensor CpuCopy()
        {
            var copy = detach();
            var onCpu = copy.cpu().DetachFromDisposeScope();
            copy.Dispose();
            return onCpu;
        }

        private long CheckRaw()
        {
            var info = Info();
            if ((DeviceType)info.DeviceType != DeviceType.CPU)
            {
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }
            if (!is_contiguous())
            {
                throw new InvalidOperationException("The bytes of a non-contiguous tensor cannot be read or written as a block; use contiguous().");
            }
            return info.ElementCount * ElementSize;
        }
    }
}
