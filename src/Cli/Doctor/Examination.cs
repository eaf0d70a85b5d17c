using System.Reflection;
using System.Runtime.InteropServices;

namespace LoraDiff.Cli.Doctor;

/// <summary>Looks at the machine. Nothing is installed, and nothing is written.</summary>
internal static class Examination
{
    private static readonly string[] Features = ["avx2", "fma", "f16c", "avx512f", "avx512_bf16", "avx512_vnni", "amx_bf16", "amx_tile", "asimd", "bf16", "sve"];

    public static DoctorReport Run()
    {
        List<string> problems = [];
        var sdk = ProgramOutput.FirstLine("dotnet", "--version");
        if (sdk is null || !int.TryParse(sdk.Split('.')[0], out var major) || major < 10)
        {
            problems.Add($"The .NET SDK 10 is needed to build, and {(sdk is null ? "no dotnet is on PATH" : $"{sdk} was found")}. Get it: sudo apt-get install dotnet-sdk-10.0 where the distribution has it, else https://dot.net/download.");
        }

        var tools = BuildTool.All(Environment.GetEnvironmentVariable);
        if (BuildTool.Problem(tools) is { } missing)
        {
            problems.Add(missing);
        }

        var driver = CudaDriver.TryRead(CudaDriver.Library, problems);
        var torch = TorchExamination.TryRun(driver, problems);
        return new DoctorReport
        {
            Version = typeof(Examination).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown",
            OperatingSystem = $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
            Runtime = Environment.Version.ToString(),
            Sdk = sdk,
            BuildTools = tools,
            Cpu = CpuInfo("model name") ?? RuntimeInformation.ProcessArchitecture.ToString(),
            CpuFeatures = CpuFlags(),
            Cores = Environment.ProcessorCount,
            MemoryGib = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1L << 30),
            CudaDriver = driver?.Version,
            Gpus = driver?.Devices ?? [],
            Torch = torch,
            CacheFolders = CacheFolder.All(),
            PythonPeers = PythonPeers(),
            Problems = problems,
        };
    }

    private static string[] CpuFlags()
    {
        var flags = (CpuInfo("flags") ?? CpuInfo("Features") ?? "").Split(' ');
        return [.. Features.Where(flags.Contains)];
    }

    private static string? CpuInfo(string key) => !File.Exists("/proc/cpuinfo") ? null : File.ReadLines("/proc/cpuinfo")
        .Where(line => line.StartsWith(key, StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
        .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
        .FirstOrDefault();

    private static string? PythonPeers()
    {
        var folder = Environment.GetEnvironmentVariable("LORADIFF_PYTHON_PEERS") ?? "/tmp/peers";
        return Directory.Exists(Path.Combine(folder, "peft")) && Directory.Exists(Path.Combine(folder, "torch")) ? folder : null;
    }
}
