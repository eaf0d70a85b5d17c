using LoraDiff.Cli.Doctor;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Verbs;

public sealed class DoctorVerbTests
{
    [Fact]
    public void Doctor_AsJson_TellsTheTensorLibraryAndItsSpeed()
    {
        var run = Run.Of("doctor", "--json");

        Assert.Equal(0, run.Code);
        var torch = run.Json.GetProperty("torch");
        Assert.NotEmpty(torch.GetProperty("version").GetString()!);
        Assert.True(torch.GetProperty("float32_gflops").GetDouble() > 0);
        Assert.Contains(torch.GetProperty("compute_type").GetString(), (string[])["float32", "bfloat16", "float16"]);
        Assert.True(run.Json.GetProperty("cores").GetInt32() > 0);
        Assert.Equal(2, run.Json.GetProperty("cache_folders").GetArrayLength());
    }

    [Fact]
    public void Doctor_AsText_NamesEveryPart()
    {
        var run = Run.Of("doctor");

        Assert.All(["libtorch", "BLAS", "CUDA", "threads", "matmul", "hub cache"], part => Assert.Contains(part, run.Out, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/h/.cache/huggingface/hub", "default", "HOME=/h")]
    [InlineData("/x/huggingface/hub", "XDG_CACHE_HOME", "HOME=/h", "XDG_CACHE_HOME=/x")]
    [InlineData("/f/hub", "HF_HOME", "HOME=/h", "XDG_CACHE_HOME=/x", "HF_HOME=/f")]
    [InlineData("/c", "HF_HUB_CACHE", "HOME=/h", "HF_HOME=/f", "HF_HUB_CACHE=/c")]
    public void HubCache_IsWhereTheEnvironmentSays(string path, string origin, params string[] environment)
    {
        var variables = environment.Select(e => e.Split('=')).ToDictionary(e => e[0], e => e[1]);

        var hub = CacheFolder.All(name => variables.GetValueOrDefault(name))[1];

        Assert.Equal((path, origin), (hub.Path, hub.Origin));
    }
}
