using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace TorchSharp.Native;

/// <summary>
/// Settings of the process that must be made before libtorch, and with it OpenBLAS and OpenMP, is loaded. Each one yields to the user's own environment variable.
/// </summary>
internal static unsafe partial class StartUp
{
    // glibc's mallopt parameters.
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int LargestMmapThreshold = 32 << 20; // glibc refuses more

    private static readonly Lock Gate = new();
    private static bool _applied;

    /// <summary>What was set, as NAME=value, for diagnostics.</summary>
    internal static IReadOnlyList<string> Applied { get; private set; } = [];

    internal static void Apply()
    {
        lock (Gate)
        {
            if (_applied || !OperatingSystem.IsLinux())
            {
                return;
            }
            _applied = true;
            List<string> applied = [];
            ChooseThreads(applied);
            LimitSpinning(applied);
            ChooseBlasCore(applied);
            KeepFreedMemory(applied);
            Applied = applied;
        }
    }

    /// <summary>
    /// One thread per physical core, within the processors and the quota that .NET knows this process may use: left alone, some OpenMP runtimes start with a single one, two threads on one core only
    /// get in each other's way, and threads beyond a container's quota stand still together for the rest of each period.
    /// </summary>
    private static void ChooseThreads(List<string> applied)
    {
        var threads = Math.Clamp(PhysicalCores(), 1, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture);
        Default("OMP_NUM_THREADS", threads, applied);
        Default("OPENBLAS_NUM_THREADS", Environment.GetEnvironmentVariable("OMP_NUM_THREADS")!, applied);
    }

    private static void Default(string name, string value, List<string> applied)
    {
        if (Environment.GetEnvironmentVariable(name) is null)
        {
            SetEnvironment(name, value);
            applied.Add($"{name}={value}");
        }
    }

    /// <summary>
    /// GNU's OpenMP lets a waiting thread spin for about a millisecond. Beside other busy processes that burns the very time the other thread waits for (measured: sixteen times the processor time
    /// for small forwards); a tenth of it still spans the gaps between the operations of one step. OpenBLAS's own threads yield in a loop for 2^26 cycles after each product, on the very cores that
    /// OpenMP's threads want: 2^14 cycles leave the cores to them (measured on two cores: a training step of the bundled model in float32 1.35 times as fast).
    /// </summary>
    private static void LimitSpinning(List<string> applied)
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
        {
            Default("GOMP_SPINCOUNT", "30000", applied);
        }
        Default("OPENBLAS_THREAD_TIMEOUT", "14", applied);
    }

    private static int PhysicalCores()
    {
        HashSet<(string, string)> cores = [];
        var socket = "";
        try
        {
            foreach (var line in File.ReadLines("/proc/cpuinfo"))
            {
                var value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
                if (line.StartsWith("physical id", StringComparison.Ordinal))
                {
                    socket = value;
                }
                else if (line.StartsWith("core id", StringComparison.Ordinal))
                {
                    cores.Add((socket, value));
                }
            }
        }
        catch (IOException)
        {
            // No such file (a sandbox): the runtime's count is all there is.
        }
        return cores.Count == 0 ? Environment.ProcessorCount : cores.Count;
    }

    /// <summary>
    /// OpenBLAS takes an AMD processor with AVX-512 for a SkylakeX. Its Haswell kernels multiply as fast there and are twice as fast for one row (measured, OpenBLAS 0.3.21 on EPYC: 216 against
    /// 205 GFLOP/s, one-row products 2.2 times).
    /// </summary>
    private static void ChooseBlasCore(List<string> applied)
    {
        if (X86Base.IsSupported && Vendor() == "AuthenticAMD" && Avx512F.IsSupported)
        {
            Default("OPENBLAS_CORETYPE", "Haswell", applied);
        }
    }

    /// <summary>
    /// By default glibc maps large blocks anew and gives them back on free: each large tensor then costs a page fault per 4 KiB. Raising both thresholds recycles the memory (element-wise work on
    /// fresh tensors measured four times as fast).
    /// </summary>
    private static void KeepFreedMemory(List<string> applied)
    {
        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null && TryMallopt(MmapThreshold, LargestMmapThreshold))
        {
            applied.Add(string.Create(CultureInfo.InvariantCulture, $"M_MMAP_THRESHOLD={LargestMmapThreshold}"));
        }
        if (Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is null && TryMallopt(TrimThreshold, int.MaxValue))
        {
            applied.Add(string.Create(CultureInfo.InvariantCulture, $"M_TRIM_THRESHOLD={int.MaxValue}"));
        }
    }

    private static bool TryMallopt(int parameter, int value)
    {
        try
        {
            return mallopt(parameter, value) == 1;
        }
        catch (EntryPointNotFoundException)
        {
            return false; // a C library without mallopt (musl)
        }
    }

    private static string Vendor()
    {
        var (_, ebx, ecx, edx) = X86Base.CpuId(0, 0);
        Span<int> words = [ebx, edx, ecx];
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words));
    }

    /// <summary>.NET keeps its own copy of the environment: native code sees a variable only through the C library.</summary>
    private static void SetEnvironment(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        fixed (byte* nameBytes = Encoding.UTF8.GetBytes(name + '\0'), valueBytes = Encoding.UTF8.GetBytes(value + '\0'))
        {
            if (setenv(nameBytes, valueBytes, 0) != 0)
            {
                throw new InvalidOperationException($"The environment variable {name} could not be set to '{value}': error {Marshal.GetLastSystemError()} of setenv.");
            }
        }
    }

    [DllImport("libc")] private static extern int setenv(byte* name, byte* value, int overwrite);
    [DllImport("libc")] private static extern int mallopt(int parameter, int value);
}
