using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LoraDiff.Cli.Doctor;

/// <summary>What the NVIDIA driver and the CUDA runtime say of themselves. TorchSharp's API counts devices and no more, so their own libraries are asked, where they are.</summary>
/// <param name="Version">The newest CUDA that the driver supports, for example <c>12.8</c>.</param>
/// <param name="Devices">In the order of <c>cuda:N</c>; CUDA_VISIBLE_DEVICES is heard.</param>
internal sealed record CudaDriver(string Version, IReadOnlyList<CudaDevice> Devices)
{
    private const int NoDevice = 100;
    private const int StubLibrary = 34;
    private const int NameLength = 256;

    private delegate int Initialize(uint flags);

    private delegate int GetNumber(out int number);

    private delegate int GetDevice(out int device, int place);

    private delegate int GetName([Out] byte[] name, int length, int device);

    private delegate int GetMemory(out nuint bytes, int device);

    /// <summary>The driver's library, by the name that its installer gives it.</summary>
    public static string Library => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <param name="library">Name or path of the driver's library.</param>
    /// <param name="problems">Receives what is wrong with a driver that is there.</param>
    /// <returns>Null where there is no driver, or none that works.</returns>
    public static CudaDriver? TryRead(string library, List<string> problems)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            return null;
        }

        try
        {
            var code = Function<Initialize>(handle, "cuInit")(0);
            if (code is not (0 or NoDevice or StubLibrary))
            {
                problems.Add($"The NVIDIA driver is installed, but it does not start (cuInit of {library} gives error {code}): see what `nvidia-smi` says; after an update of the driver the machine must be started again.");
            }

            return code == 0 ? Read(handle) : null;
        }
        catch (EntryPointNotFoundException error)
        {
            problems.Add($"{library} is not an NVIDIA driver that CUDA can use: {error.Message}");
            return null;
        }
    }

    /// <param name="library">Path of a CUDA runtime library, or null.</param>
    /// <returns>Its version, for example <c>12.8</c>; null where there is none or it does not say.</returns>
    public static string? RuntimeVersion(string? library) => library is not null && NativeLibrary.TryLoad(library, out var handle) && NativeLibrary.TryGetExport(handle, "cudaRuntimeGetVersion", out var address)
        && Marshal.GetDelegateForFunctionPointer<GetNumber>(address)(out var version) == 0 ? Text(version) : null;

    private static CudaDriver Read(IntPtr handle)
    {
        var (device, name, memory) = (Function<GetDevice>(handle, "cuDeviceGet"), Function<GetName>(handle, "cuDeviceGetName"), Function<GetMemory>(handle, "cuDeviceTotalMem_v2"));
        List<CudaDevice> devices = [];
        var count = Function<GetNumber>(handle, "cuDeviceGetCount")(out var n) == 0 ? n : 0;
        for (var place = 0; place < count; place++)
        {
            var text = new byte[NameLength];
            if (device(out var id, place) == 0 && name(text, text.Length, id) == 0 && memory(out var bytes, id) == 0)
            {
                devices.Add(new CudaDevice(Encoding.UTF8.GetString(text.AsSpan(0, Math.Max(0, text.IndexOf((byte)0)))), bytes / (double)(1L << 30)));
            }
        }

        return new CudaDriver(Function<GetNumber>(handle, "cuDriverGetVersion")(out var version) == 0 ? Text(version) : "unknown", devices);
    }

    private static T Function<T>(IntPtr handle, string name) => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(handle, name));

    // 12080 stands for 12.8.
    private static string Text(int version) => string.Create(CultureInfo.InvariantCulture, $"{version / 1000}.{version % 1000 / 10}");
}
