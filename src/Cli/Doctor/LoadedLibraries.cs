namespace LoraDiff.Cli.Doctor;

/// <summary>Shared libraries that this process has mapped, by the kernel's account.</summary>
internal static class LoadedLibraries
{
    private const string Maps = "/proc/self/maps";

    public static string? Torch() => Find("libtorch_cpu.so", "libtorch.so").FirstOrDefault();

    /// <summary>The part of libtorch that a build for CUDA has.</summary>
    public static string? TorchCuda() => Find("libtorch_cuda").FirstOrDefault();

    public static string? CudaRuntime() => Find("libcudart").FirstOrDefault();

    public static IReadOnlyList<string> Blas() => [.. Find("libopenblas", "libmkl_", "libblis", "libblas.so", "libcblas")];

    private static IEnumerable<string> Find(params string[] prefixes) => !File.Exists(Maps) ? [] : File.ReadLines(Maps)
        .Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash ? line[slash..] : "")
        .Distinct()
        .Where(path => prefixes.Any(prefix => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal)))
        .OrderBy(path => Array.FindIndex(prefixes, prefix => Path.GetFileName(path).StartsWith(prefix, StringComparison.Ordinal)));
}
