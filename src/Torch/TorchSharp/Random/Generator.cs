using System.Security.Cryptography;
using TorchSharp.Native;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>A source of random numbers on one device.</summary>
    public class Generator : IDisposable
    {
        private IntPtr _handle;

        /// <param name="seed">The first seed.</param>
        /// <param name="device">CPU or CUDA; null is CPU.</param>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            InitializeDeviceType(this.device.type);
            IntPtr handle;
            NativeError.Check(NativeMethods.ld_generator_new((int)this.device.type, this.device.index, &handle));
            _handle = handle;
            NativeError.Check(NativeMethods.ld_generator_seed(handle, seed));
        }

        // In this order, and private: an int converts to IntPtr as well as to the seed's type.
        private Generator(Device device, IntPtr handle)
        {
            this.device = device;
            _handle = handle;
        }

        ~Generator() => Dispose(false);

        /// <summary>libtorch's own generator of the CPU, which serves whenever none is given.</summary>
        public static Generator Default
        {
            get
            {
                IntPtr handle;
                NativeError.Check(NativeMethods.ld_generator_default(&handle));
                return OwnerOf(handle);
            }
        }

        internal static Generator OwnerOf(IntPtr handle) => new(CPU, handle);

        public IntPtr Handle => _handle != IntPtr.Zero ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Device device { get; private set; }

        public Tensor get_state()
        {
            IntPtr state;
            NativeError.Check(NativeMethods.ld_generator_get_state(Handle, &state));
            GC.KeepAlive(this);
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            ArgumentNullException.ThrowIfNull(value);
            NativeError.Check(NativeMethods.ld_generator_set_state(Handle, value.Handle));
            GC.KeepAlive(this);
            GC.KeepAlive(value);
        }

        public Generator manual_seed(long seed)
        {
            NativeError.Check(NativeMethods.ld_generator_seed(Handle, (ulong)seed));
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>Seeds from the operating system's randomness and returns the seed.</summary>
        public long seed()
        {
            var value = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;
            manual_seed(value);
            return value;
        }

        public long initial_seed()
        {
            ulong value;
            NativeError.Check(NativeMethods.ld_generator_current_seed(Handle, &value));
            GC.KeepAlive(this);
            return (long)value;
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
                NativeMethods.ld_generator_free(owned);
            }
        }
    }
}
