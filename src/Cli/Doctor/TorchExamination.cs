using System.Runtime.InteropServices;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Cli.Doctor;

/// <summary>Loads the tensor library and measures it.</summary>
internal static class TorchExamination
{
    /// <param name="driver">What the NVIDIA driver shows, or null where there is none.</param>
    /// <param name="problems">Receives what is missing or slow.</param>
    /// <returns>Null where the library cannot be loaded.</returns>
    public static TorchSummary? TryRun(CudaDriver? driver, List<string> problems)
    {
        try
        {
            return Run(driver, problems);
        }
        catch (Exception error) when (Root(error) is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or ExternalException)
        {
            problems.Add($"libtorch cannot be loaded: {Root(error).Message} Run `bash eng/setup.sh` in the repository, or sudo apt-get install libtorch-dev libopenblas0-pthread, and build again.");
            return null;
        }
    }

    private static TorchSummary Run(CudaDriver? driver, List<string> problems)
    {
        var float32 = ComputeTypes.Measure(CPU, ScalarType.Float32).GigaflopsPerSecond;
        var bfloat16 = ComputeTypes.Measure(CPU, ScalarType.BFloat16).GigaflopsPerSecond;
        var blas = LoadedLibraries.Blas();
        var path = LoadedLibraries.Torch();
        if (blas.Any(library => Path.GetFileName(library).StartsWith("libblas.so", StringComparison.Ordinal)) && !blas.Any(library => library.Contains("openblas", StringComparison.Ordinal)))
        {
            problems.Add("The BLAS in use is the reference one, which is many times slower: sudo apt-get install libopenblas0-pthread.");
        }

        if (FusedOps.Native is null)
        {
            problems.Add("The fused CPU kernels (libloradiff_kernels.so) are not beside the program or do not fit this libtorch; training is slower without them. Build the repository on this machine.");
        }

        var devices = cuda.is_available() ? cuda.device_count() : 0;
        var runtime = CudaDriver.RuntimeVersion(LoadedLibraries.CudaRuntime());
        var hasCuda = devices > 0 || runtime is not null || LoadedLibraries.TorchCuda() is not null;
        if (devices == 0 && driver is { Devices: [var gpu, ..] })
        {
            problems.Add(hasCuda
                ? $"This machine has an NVIDIA GPU ({gpu.Name}) and libtorch is for CUDA {runtime ?? "of a version not known"}, but libtorch cannot use it; the driver supports CUDA up to {driver.Version}. Update the driver, or use a torch that was built for an older CUDA."
                : $"This machine has an NVIDIA GPU ({gpu.Name}), but this libtorch has no CUDA: use a CUDA build of torch, for example `pip install torch` in a virtual environment, then LIBTORCH=<its site-packages/torch> dotnet build.");
        }

        return new TorchSummary
        {
            Version = __version__,
            Path = path,
            Blas = blas,
            HasCuda = hasCuda,
            CudaVersion = runtime,
            CudaDevices = devices,
            Threads = get_num_threads(),
            NativeKernels = FusedOps.Native is not null,
            Float32Gflops = float32,
            Bfloat16Gflops = bfloat16,
            ComputeType = JsonName(ComputeTypes.Choose(CPU, ScalarType.BFloat16)),
        };
    }

    private static string JsonName(ScalarType type) => type switch { ScalarType.BFloat16 => "bfloat16", ScalarType.Float16 => "float16", _ => "float32" };

    private static Exception Root(Exception error) => error is TypeInitializationException { InnerException: { } inner } ? Root(inner) : error;
}
