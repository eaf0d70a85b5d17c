using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Where functions.cpp finds the managed halves of a custom autograd function.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FunctionCallbacks
{
    public delegate* unmanaged[Cdecl]<long, IntPtr, IntPtr**, int*, long> Forward;
    public delegate* unmanaged[Cdecl]<long, IntPtr, IntPtr*, int, IntPtr**, int*, long> Backward;
    public delegate* unmanaged[Cdecl]<long, void> Release;
}
