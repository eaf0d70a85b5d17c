using TorchSharp.Native;

namespace TorchSharp;

public static unsafe partial class torch
{
    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>What concerns all CUDA devices.</summary>
    public static partial class cuda
    {
        private static readonly Lazy<(int Devices, bool Cudnn)> Found = new(Count);

        public static bool is_available() => Found.Value.Devices > 0;

        public static bool is_cudnn_available() => Found.Value.Cudnn;

        public static int device_count() => Found.Value.Devices;

        public static void manual_seed(long seed)
        {
            InitializeDeviceType(DeviceType.CUDA);
            NativeError.Check(NativeMethods.ld_manual_seed((ulong)seed, 1, null));
        }

        public static void manual_seed_all(long seed) => manual_seed(seed);

        public static void synchronize(Device? device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            NativeError.Check(NativeMethods.ld_cuda_synchronize(device?.index ?? -1));
        }

        private static (int, bool) Count()
        {
            int count, cudnn;
            NativeError.Check(NativeMethods.ld_cuda_count(&count, &cudnn));
            return (count, cudnn != 0);
        }
    }
}
