using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

/// <summary>libtorch, under PyTorch's names.</summary>
public static unsafe partial class torch
{
    /// <summary>The version of the loaded libtorch.</summary>
    public static string __version__ => RuntimeText(0);

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    /// <summary>Evaluates in a scope of its own, out of which only the result comes.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        ArgumentNullException.ThrowIfNull(expr);
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    public static int get_num_threads() => Threads(0);

    public static void set_num_threads(int num) => NativeError.Check(NativeMethods.ld_threads_set(0, num));

    public static int get_num_interop_threads() => Threads(1);

    public static void set_num_interop_threads(int num) => NativeError.Check(NativeMethods.ld_threads_set(1, num));

    /// <summary>0 the version, 1 the build's configuration, 2 the thread settings of libtorch.</summary>
    internal static string RuntimeText(int what)
    {
        byte* text;
        NativeError.Check(NativeMethods.ld_runtime_text(what, &text));
        var result = Marshal.PtrToStringUTF8((IntPtr)text) ?? "";
        NativeMethods.ld_free(text);
        return result;
    }

    private static int Threads(int interop)
    {
        int count;
        NativeError.Check(NativeMethods.ld_threads_get(interop, &count));
        return count;
    }
}
