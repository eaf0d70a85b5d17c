using System.Runtime.InteropServices;

namespace LoraDiff.Native;

/// <summary>The exports of <c>libloradiff_kernels</c> (src/Torch/native/kernels). Tensors travel as the addresses behind <c>Tensor.Handle</c>; null means an error.</summary>
internal static partial class KernelLibrary
{
    private const string Library = "loradiff_kernels";

    /// <summary>The instruction set in use, or null where the library is absent or was built for another libtorch.</summary>
    public static string? TryGetSimd()
    {
        // The binding has loaded libtorch by then, and the kernels must find that very library in the process.
        TorchSharp.torch.empty(0).Dispose();
        try
        {
            return Marshal.PtrToStringUTF8(Simd());
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }

    public static string LastError() => Marshal.PtrToStringUTF8(Error()) ?? "unknown native error";

    [LibraryImport(Library, EntryPoint = "loradiff_kernels_simd")]
    private static partial IntPtr Simd();

    [LibraryImport(Library, EntryPoint = "loradiff_kernels_error")]
    private static partial IntPtr Error();

    [LibraryImport(Library, EntryPoint = "loradiff_rms_norm")]
    public static partial IntPtr RmsNorm(IntPtr x, IntPtr weight, double eps);

    [LibraryImport(Library, EntryPoint = "loradiff_norm_rotary")]
    public static partial IntPtr NormRotary(IntPtr x, IntPtr weight, double eps, IntPtr cos, IntPtr sin);

    [LibraryImport(Library, EntryPoint = "loradiff_swiglu")]
    public static partial IntPtr SwiGlu(IntPtr gate, IntPtr up);

    [LibraryImport(Library, EntryPoint = "loradiff_lora_linear")]
    public static partial IntPtr LoraLinear(IntPtr x, IntPtr weight, IntPtr bias, IntPtr a, IntPtr b, double scaling);

    [LibraryImport(Library, EntryPoint = "loradiff_attention")]
    public static partial IntPtr Attention(IntPtr q, IntPtr k, IntPtr v, in int segments, long count, double scale);

    [LibraryImport(Library, EntryPoint = "loradiff_token_losses")]
    public static partial IntPtr TokenLosses(IntPtr hidden, IntPtr weight, IntPtr targets);

    [LibraryImport(Library, EntryPoint = "loradiff_most_likely")]
    public static partial IntPtr MostLikely(IntPtr logits);
}
