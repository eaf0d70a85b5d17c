using TorchSharp.Native;

namespace TorchSharp;

/// <summary>
/// Holds libtorch's inference guard, which restores thread-local state when it is freed: only the thread that made it may do so, hence no finalizer.
/// </summary>
internal sealed unsafe class InferenceMode : IDisposable
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private IntPtr _guard;

    internal InferenceMode(bool enabled)
    {
        IntPtr guard;
        NativeError.Check(NativeMethods.ld_inference_enter(enabled ? 1 : 0, &guard));
        _guard = guard;
    }

    internal static bool IsEnabled => NativeMethods.ld_inference_enabled() != 0;

    public void Dispose()
    {
        if (_guard == IntPtr.Zero)
        {
            return;
        }
        if (Environment.CurrentManagedThreadId != _thread)
        {
            throw new InvalidOperationException($"inference_mode() was entered on thread {_thread} and left on thread {Environment.CurrentManagedThreadId}. The mode belongs to one thread: do not await inside it.");
        }
        NativeError.Check(NativeMethods.ld_inference_leave(_guard));
        _guard = IntPtr.Zero;
    }
}
