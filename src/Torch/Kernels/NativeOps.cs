using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Native;

/// <summary>CPU kernels in float32 and bfloat16; everything else goes to the composed operations.</summary>
internal sealed class NativeOps : IFusedOps
{
    private readonly IFusedOps _composed;

    private NativeOps(IFusedOps composed, string simd)
    {
        _composed = composed;
        Name = $"native ({simd})";
    }

    public string Name { get; }

    /// <summary>Null where the kernel library cannot be loaded.</summary>
    public static NativeOps? TryCreate(IFusedOps composed)
        => KernelLibrary.TryGetSimd() is { } simd ? new NativeOps(composed, simd) : null;

    public Tensor RmsNorm(Tensor x, Tensor weight, double eps)
        => Takes(x) ? Result(KernelLibrary.RmsNorm(x.Handle, weight.Handle, eps), x, weight) : _composed.RmsNorm(x, weight, eps);

    public Tensor Rotary(Tensor x, Tensor cos, Tensor sin)
        => Takes(x) ? Result(KernelLibrary.NormRotary(x.Handle, IntPtr.Zero, 0, cos.Handle, sin.Handle), x, cos, sin) : _composed.Rotary(x, cos, sin);

    public Tensor NormRotary(Tensor x, Tensor weight, double eps, Tensor cos, Tensor sin)
        => Takes(x) ? Result(KernelLibrary.NormRotary(x.Handle, weight.Handle, eps, cos.Handle, sin.Handle), x, weight, cos, sin) : _composed.NormRotary(x, weight, eps, cos, sin);

    public Tensor SwiGlu(Tensor gate, Tensor up)
        => Takes(gate) ? Result(KernelLibrary.SwiGlu(gate.Handle, up.Handle), gate, up) : _composed.SwiGlu(gate, up);

    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias)
        => Takes(x) ? Result(KernelLibrary.LoraLinear(x.Handle, weight.Handle, Handle(bias), IntPtr.Zero, IntPtr.Zero, 0), x, weight, bias) : _composed.Linear(x, weight, bias);

    public Tensor LoraLinear(Tensor x, Tensor weight, Tensor? bias, Tensor a, Tensor b, double scaling)
        => Takes(x) ? Result(KernelLibrary.LoraLinear(x.Handle, weight.Handle, Handle(bias), a.Handle, b.Handle, scaling), x, weight, bias, a, b) : _composed.LoraLinear(x, weight, bias, a, b, scaling);

    public Tensor Attention(Tensor q, Tensor k, Tensor v, SegmentTable segments, double scale)
    {
        if (!Takes(q) || q.size(2) % 16 != 0)
        {
            return _composed.Attention(q, k, v, segments, scale);
        }

        if (segments.Queries != q.size(0) || segments.Keys != k.size(0))
        {
            throw new ArgumentException($"The segment table is for {segments.Queries} queries over {segments.Keys} keys, but there are {q.size(0)} query rows and {k.size(0)} key rows.", nameof(segments));
        }

        var packed = segments.Packed;
        return Result(KernelLibrary.Attention(q.Handle, k.Handle, v.Handle, in MemoryMarshal.GetReference(packed), packed.Length / 8, scale), q, k, v);
    }

    public Tensor TokenLosses(Tensor hidden, Tensor weight, Tensor targets)
        => Takes(hidden) ? Result(KernelLibrary.TokenLosses(hidden.Handle, weight.Handle, targets.Handle), hidden, weight, targets) : _composed.TokenLosses(hidden, weight, targets);

    public Tensor MostLikely(Tensor logits)
        => Takes(logits) ? Result(KernelLibrary.MostLikely(logits.Handle), logits) : _composed.MostLikely(logits);

    private static bool Takes(Tensor x) => x.device_type == DeviceType.CPU && x.dtype is ScalarType.Float32 or ScalarType.BFloat16;

    private static IntPtr Handle(Tensor? x) => x is null ? IntPtr.Zero : x.Handle;

    // The inputs are named so that none is collected while native code reads it.
    private static Tensor Result(IntPtr handle, Tensor a, Tensor? b = null, Tensor? c = null, Tensor? d = null, Tensor? e = null)
    {
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(c);
        GC.KeepAlive(d);
        GC.KeepAlive(e);
        return handle == IntPtr.Zero ? throw new ExternalException(KernelLibrary.LastError()) : Tensor.UnsafeCreateTensor(handle);
    }
}
