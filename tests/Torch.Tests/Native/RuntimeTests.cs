using TorchSharp.Native;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Native;

public class RuntimeTests
{
    [Fact]
    public void Version_IsThatOfTheLoadedLibtorch()
    {
        var version = Version.Parse(__version__);

        Assert.True(version >= new Version(1, 13), __version__);
        Assert.Contains("libtorch_cpu.so", NativeLoader.LibtorchPath(), StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_CanBeSet()
    {
        var before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
        Assert.Equal(before, get_num_threads());
        Assert.True(get_num_interop_threads() >= 1);
    }

    [Fact]
    public void StartUp_SaysWhatItSet()
    {
        using var x = ones(1);

        if (Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is null)
        {
            Assert.Contains(StartUp.Applied, setting => setting.StartsWith("M_MMAP_THRESHOLD=", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Threads_AreNoMoreThanTheQuota()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
        {
            Assert.True(get_num_threads() <= Environment.ProcessorCount);
        }
    }

    [Fact]
    public void Cuda_WithoutOne_SaysSo()
    {
        if (cuda.is_available())
        {
            Assert.True(cuda.device_count() > 0);
            return;
        }
        Assert.Equal(0, cuda.device_count());
        Assert.Throws<InvalidOperationException>(() => ones(1).cuda());
        Assert.Throws<InvalidOperationException>(() => ones([1], device: "cuda:0"));
        Assert.Throws<InvalidOperationException>(() => cuda.synchronize());
    }

    [Fact]
    public void Device_ReadsAndWritesItsName()
    {
        Assert.Equal("cpu", new Device("cpu").ToString());
        Assert.Equal("cuda:3", new Device("cuda:3").ToString());
        Assert.Equal(3, new Device("CUDA:3").index);
        Assert.Equal(DeviceType.META, new Device("meta").type);
        Assert.Throws<ArgumentException>(() => new Device("gpu"));
        Assert.Throws<ArgumentException>(() => new Device("cuda:x"));
    }

    [Fact]
    public void Backends_FlagsCanBeSet()
    {
        var before = backends.cuda.matmul.allow_tf32;
        backends.cuda.matmul.allow_tf32 = !before;
        Assert.Equal(!before, backends.cuda.matmul.allow_tf32);
        backends.cuda.matmul.allow_tf32 = before;
        backends.cuda.enable_flash_sdp(false);
        Assert.False(backends.cuda.flash_sdp_enabled());
        backends.cuda.enable_flash_sdp(true);
        Assert.True(backends.cuda.math_sdp_enabled());
    }

    [Fact]
    public void OutOfMemory_IsAnException()
    {
        Assert.Throws<System.Runtime.InteropServices.ExternalException>(() => empty(1L << 50));
    }
}
