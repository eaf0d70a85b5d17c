using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>The block of memory behind a tensor and its views.</summary>
    public abstract unsafe class Storage
    {
        private readonly Tensor _tensor;

        private protected Storage(Tensor tensor) => _tensor = tensor;

        public abstract int element_size();

        public IntPtr data_ptr() => Memory().Data;

        public ulong nbytes() => (ulong)Memory().Bytes;

        private protected (IntPtr Data, long Bytes) Memory()
        {
            IntPtr data;
            long bytes;
            NativeError.Check(NativeMethods.ld_tensor_storage(_tensor.Handle, &data, &bytes));
            GC.KeepAlive(_tensor);
            return (data, bytes);
        }

        private protected void CheckReadable()
        {
            if (_tensor.device_type != DeviceType.CPU)
            {
                throw new InvalidOperationException("Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");
            }
        }

        private protected void KeepAlive() => GC.KeepAlive(_tensor);
    }
}
