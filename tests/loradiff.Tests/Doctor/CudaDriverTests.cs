using System.Diagnostics;
using LoraDiff.Cli.Doctor;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Doctor;

/// <summary>Against libraries with the driver's exports that the test compiles: no GPU is needed.</summary>
public sealed class CudaDriverTests
{
    private const string TwoDevices = """
        #include <cstdio>
        extern "C" {
        int cuInit(unsigned flags) { return flags == 0 ? 0 : 1; }
        int cuDriverGetVersion(int* version) { *version = 13000; return 0; }
        int cuDeviceGetCount(int* count) { *count = 2; return 0; }
        int cuDeviceGet(int* device, int place) { *device = place + 7; return 0; }
        int cuDeviceGetName(char* name, int length, int device) { snprintf(name, length, "Card %d", device); return 0; }
        int cuDeviceTotalMem_v2(size_t* bytes, int device) { *bytes = (size_t)(device == 7 ? 16 : 80) << 30; return 0; }
        int cudaRuntimeGetVersion(int* version) { *version = 12080; return 0; }
        }
        """;

    [SkippableFact]
    public void Driver_WithDevices_TellsNamesAndMemory()
    {
        using var places = new Places();
        List<string> problems = [];

        var driver = CudaDriver.TryRead(Compile(places, TwoDevices), problems);

        Assert.NotNull(driver);
        Assert.Equal("13.0", driver.Version);
        Assert.Equal([new CudaDevice("Card 7", 16), new CudaDevice("Card 8", 80)], driver.Devices);
        Assert.Empty(problems);
    }

    [SkippableTheory]
    [InlineData(100, null)]
    [InlineData(34, null)]
    [InlineData(803, "cuInit of ")]
    public void Driver_ThatDoesNotStart_IsNone(int code, string? problem)
    {
        using var places = new Places();
        List<string> problems = [];

        Assert.Null(CudaDriver.TryRead(Compile(places, $"extern \"C\" int cuInit(unsigned) {{ return {code}; }}"), problems));

        Assert.Equal(problem is null ? 0 : 1, problems.Count);
        Assert.All(problems, text => Assert.Contains($"error {code}", text, StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Library_ThatIsNoDriver_IsAProblem()
    {
        using var places = new Places();
        List<string> problems = [];

        Assert.Null(CudaDriver.TryRead(Compile(places, "extern \"C\" int other() { return 0; }"), problems));

        Assert.Contains("cuInit", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Driver_ThatIsNotInstalled_IsNoProblem()
    {
        List<string> problems = [];

        Assert.Null(CudaDriver.TryRead("libcuda-that-is-not-there.so.1", problems));
        Assert.Empty(problems);
    }

    [SkippableFact]
    public void Runtime_TellsItsVersion()
    {
        using var places = new Places();

        Assert.Equal("12.8", CudaDriver.RuntimeVersion(Compile(places, TwoDevices)));
        Assert.Null(CudaDriver.RuntimeVersion(null));
        Assert.Null(CudaDriver.RuntimeVersion(places.At("none.so")));
    }

    private static string Compile(Places places, string source)
    {
        var compiler = BuildTool.All(Environment.GetEnvironmentVariable).Single(tool => tool.Name == "c++").Path;
        Skip.If(compiler is null, "There is no c++ on PATH to make a library that stands for the driver.");
        File.WriteAllText(places.At("driver.cpp"), source);
        using var process = Process.Start(compiler, ["-shared", "-fPIC", "-o", places.At("libdriver.so"), places.At("driver.cpp")]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return places.At("libdriver.so");
    }
}
