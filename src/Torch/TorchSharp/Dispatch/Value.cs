using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>One argument or result at the border; the layout is that of dispatch.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Value
{
    public ValueTag Tag;
    public int Count;
    public long Data;
}
