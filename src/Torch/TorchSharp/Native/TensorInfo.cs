using System.Runtime.InteropServices;

namespace TorchSharp.Native;

[StructLayout(LayoutKind.Sequential)]
internal struct TensorInfo
{
    public long ElementCount;
    public int Dimensions;
    public int Type;
    public int DeviceType;
    public int DeviceIndex;
}
