using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Publishing;

/// <summary>What a record says of the machine and of this library.</summary>
internal static class Machine
{
    public static string Version { get; } = typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public static string Describe(Device device)
    {
        const string CpuInfo = "/proc/cpuinfo";
        const string Label = "model name";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal)) : null;
        var cpu = line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return string.Create(CultureInfo.InvariantCulture, $"{(device.type == TorchSharp.DeviceType.CUDA ? "a CUDA device; " : "")}{cpu}, {Environment.ProcessorCount} threads");
    }
}
