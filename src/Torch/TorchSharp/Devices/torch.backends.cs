using TorchSharp.Native;

namespace TorchSharp;

public static unsafe partial class torch
{
    /// <summary>Switches of the libraries under libtorch.</summary>
    public static partial class backends
    {
        // The numbers are those of runtime.cpp.
        private const int MatmulTf32 = 0;
        private const int CudnnTf32 = 1;
        private const int Fp16Reduction = 2;
        private const int FlashSdp = 3;
        private const int MathSdp = 4;

        private static bool Get(int flag)
        {
            int value;
            NativeError.Check(NativeMethods.ld_flag_get(flag, &value));
            return value != 0;
        }

        private static void Set(int flag, bool value) => NativeError.Check(NativeMethods.ld_flag_set(flag, value ? 1 : 0));

        public static partial class cuda
        {
            public static bool flash_sdp_enabled() => Get(FlashSdp);

            public static void enable_flash_sdp(bool enable) => Set(FlashSdp, enable);

            public static bool math_sdp_enabled() => Get(MathSdp);

            public static void enable_math_sdp(bool enable) => Set(MathSdp, enable);

            public static partial class matmul
            {
                public static bool allow_tf32
                {
                    get => Get(MatmulTf32);
                    set => Set(MatmulTf32, value);
                }

                public static bool allow_fp16_reduced_precision_reduction
                {
                    get => Get(Fp16Reduction);
                    set => Set(Fp16Reduction, value);
                }
            }
        }

        public static partial class cudnn
        {
            public static bool allow_tf32
            {
                get => Get(CudnnTf32);
                set => Set(CudnnTf32, value);
            }
        }
    }
}
