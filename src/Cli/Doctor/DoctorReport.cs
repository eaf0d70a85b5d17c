using System.Globalization;

namespace LoraDiff.Cli.Doctor;

/// <summary>What <c>doctor</c> found; the JSON has these names in snake_case, and docs/doctor.md says what they mean.</summary>
internal sealed record DoctorReport
{
    public required string Version { get; init; }

    public required string OperatingSystem { get; init; }

    public required string Runtime { get; init; }

    /// <summary>The newest .NET SDK, or null where there is none on PATH.</summary>
    public required string? Sdk { get; init; }

    /// <summary>What the build of the C++ side calls.</summary>
    public required IReadOnlyList<BuildTool> BuildTools { get; init; }

    public required string Cpu { get; init; }

    /// <summary>Instruction sets that matter here.</summary>
    public required IReadOnlyList<string> CpuFeatures { get; init; }

    public required int Cores { get; init; }

    public required double MemoryGib { get; init; }

    /// <summary>The newest CUDA that the NVIDIA driver supports, or null where there is no working driver.</summary>
    public required string? CudaDriver { get; init; }

    /// <summary>What the driver shows, whether or not the tensor library can use it.</summary>
    public required IReadOnlyList<CudaDevice> Gpus { get; init; }

    /// <summary>The tensor library, or null where it cannot be loaded.</summary>
    public required TorchSummary? Torch { get; init; }

    public required IReadOnlyList<CacheFolder> CacheFolders { get; init; }

    /// <summary>A Python with torch, transformers and peft to compare with, or null; never needed.</summary>
    public required string? PythonPeers { get; init; }

    /// <summary>What is missing or slow, and what to do, a sentence or two each.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>The report as name and value pairs for reading.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        yield return ("loradiff", Version);
        yield return ("system", OperatingSystem);
        yield return (".NET", $"runtime {Runtime}, SDK {Sdk ?? "not found"}");
        foreach (var tool in BuildTools)
        {
            yield return (tool.Name, tool.Path is null ? "not found (only for building from source)" : $"{tool.Version ?? "version not known"} ({tool.Path})");
        }

        yield return ("CPU", $"{Cpu}, {Cores} cores: {(CpuFeatures.Count == 0 ? "no known features" : string.Join(", ", CpuFeatures))}");
        yield return ("memory", string.Create(CultureInfo.InvariantCulture, $"{MemoryGib:F1} GiB"));
        if (Torch is { } torch)
        {
            yield return ("libtorch", $"{torch.Version} ({torch.Path ?? "path not known"})");
            yield return ("BLAS", torch.Blas.Count == 0 ? "inside libtorch" : string.Join(", ", torch.Blas));
            yield return ("CUDA", $"{(torch.HasCuda ? $"libtorch for CUDA {torch.CudaVersion ?? "of a version not known"}" : "libtorch without CUDA")}, {(CudaDriver is null ? "no NVIDIA driver" : $"driver for CUDA {CudaDriver}")}, {torch.CudaDevices} of {Gpus.Count} devices can be used");
            foreach (var (place, gpu) in Gpus.Index())
            {
                yield return ($"GPU {place}", string.Create(CultureInfo.InvariantCulture, $"{gpu.Name}, {gpu.MemoryGib:F1} GiB"));
            }

            yield return ("threads", torch.Threads.ToString(CultureInfo.InvariantCulture));
            yield return ("kernels", torch.NativeKernels ? "fused CPU kernels loaded" : "not loaded: composed operators, same numbers, slower");
            yield return ("matmul", string.Create(CultureInfo.InvariantCulture, $"float32 {torch.Float32Gflops:F0}, bfloat16 {torch.Bfloat16Gflops:F0} GFLOP/s: computing in {torch.ComputeType}"));
        }

        foreach (var cache in CacheFolders)
        {
            yield return (cache.Name, $"{cache.Path} ({(cache.Exists ? "exists" : "not there yet")}, {cache.Origin})");
        }

        yield return ("Python peers", PythonPeers ?? "none (only for comparisons)");
    }
}
