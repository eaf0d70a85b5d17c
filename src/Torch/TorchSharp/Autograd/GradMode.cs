using TorchSharp.Native;

namespace TorchSharp;

/// <summary>Sets this thread's gradient mode, and back when disposed. To be disposed on the same thread.</summary>
internal sealed class GradMode : IDisposable
{
    private readonly bool _before;
    private bool _disposed;

    internal GradMode(bool enabled)
    {
        _before = IsEnabled;
        NativeMethods.ld_set_grad_enabled(enabled ? 1 : 0);
    }

    internal static bool IsEnabled => NativeMethods.ld_grad_enabled() != 0;

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            NativeMethods.ld_set_grad_enabled(_before ? 1 : 0);
        }
    }
}
