namespace LoraDiff.Cli.Doctor;

/// <summary>The tensor library as it runs in this process.</summary>
internal sealed record TorchSummary
{
    public required string Version { get; init; }

    /// <summary>The file that is loaded, or null where the system does not say.</summary>
    public required string? Path { get; init; }

    /// <summary>BLAS libraries in the process.</summary>
    public required IReadOnlyList<string> Blas { get; init; }

    /// <summary>Whether it is a build for CUDA.</summary>
    public required bool HasCuda { get; init; }

    /// <summary>The CUDA runtime that is loaded with it, or null where there is none or it does not say.</summary>
    public required string? CudaVersion { get; init; }

    /// <summary>Devices that it can use.</summary>
    public required int CudaDevices { get; init; }

    public required int Threads { get; init; }

    public required bool NativeKernels { get; init; }

    /// <summary>Measured rate of a matrix product.</summary>
    public required double Float32Gflops { get; init; }

    public required double Bfloat16Gflops { get; init; }

    /// <summary>What a bfloat16 checkpoint is computed in on this CPU.</summary>
    public required string ComputeType { get; init; }
}
