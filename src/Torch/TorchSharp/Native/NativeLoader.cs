using System.Reflection;
using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>Finds libloradiff_torch beside the assembly; process-wide settings are made just before it, and with it libtorch, is loaded.</summary>
internal static class NativeLoader
{
    static NativeLoader()
    {
        NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);
    }

    /// <summary>Running it runs the static constructor, once.</summary>
    internal static void Prepare()
    {
    }

    /// <summary>The libtorch that is loaded, as the file that the process has mapped; null when it cannot be told.</summary>
    internal static string? LibtorchPath()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/proc/self/maps"))
        {
            return null;
        }
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var slash = line.IndexOf('/', StringComparison.Ordinal);
            if (slash >= 0 && Path.GetFileName(line[slash..]).StartsWith("libtorch_cpu.so", StringComparison.Ordinal))
            {
                return line[slash..];
            }
        }
        return null;
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != NativeMethods.Library)
        {
            return IntPtr.Zero;
        }
        StartUp.Apply();
        var file = $"lib{name}.so";
        string[] folders = [AppContext.BaseDirectory, Path.GetDirectoryName(assembly.Location) ?? ""];
        foreach (var folder in folders.Distinct())
        {
            var path = Path.Combine(folder, file);
            if (folder.Length > 0 && File.Exists(path))
            {
                try
                {
                    return NativeLibrary.Load(path);
                }
                catch (DllNotFoundException error)
                {
                    throw new DllNotFoundException(
                        $"{path} exists but cannot be loaded, most likely because the libtorch that it was built against has been moved or removed. "
                        + $"Build again (dotnet build), with LIBTORCH=<folder> if libtorch is not the distribution's. The loader says: {error.Message}", error);
                }
            }
        }
        throw new DllNotFoundException($"{file} was not found in {string.Join(" or ", folders.Distinct())}. Building the project puts it there; it needs libtorch, cmake, ninja and g++ on this machine.");
    }
}
