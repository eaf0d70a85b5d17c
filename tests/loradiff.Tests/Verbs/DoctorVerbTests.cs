using LoraDiff.Cli.Doctor;
using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Fixtures;
using LoraDiff.Hub;

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
        Assert.Equal(["hugging face home", "hub cache", "data cache"], run.Json.GetProperty("cache_folders").EnumerateArray().Select(folder => folder.GetProperty("name").GetString()));
        Assert.Equal(["cmake", "c++", "ninja"], run.Json.GetProperty("build_tools").EnumerateArray().Select(tool => tool.GetProperty("name").GetString()));
    }

    [Fact]
    public void Doctor_AsText_NamesEveryPart()
    {
        var run = Run.Of("doctor");

        Assert.All(["libtorch", "BLAS", "CUDA", "threads", "matmul", "hub cache", "data cache", "cmake", "c++", "ninja"], part => Assert.Contains(part, run.Out, StringComparison.Ordinal));
    }

    [Fact]
    public void Json_HasNoKeyThatTheManualLeavesOut()
    {
        var manual = File.ReadAllText(Path.Combine(FixtureFolder.Repository, "docs", "doctor.md"));
        var run = Run.Of("doctor", "--json");

        Assert.All(run.Json.EnumerateObject(), member => Assert.Contains($"`{member.Name}`", manual, StringComparison.Ordinal));
        Assert.All(run.Json.GetProperty("torch").EnumerateObject(), member => Assert.Contains($"`torch.{member.Name}`", manual, StringComparison.Ordinal));
        foreach (var list in (string[])["build_tools", "cache_folders"])
        {
            Assert.All(run.Json.GetProperty(list)[0].EnumerateObject(), member => Assert.Contains($"`{member.Name}`", manual, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void HubCache_IsTheOneThatTheHubClientUses()
        => Assert.Equal(HubOptions.FromEnvironment().CacheFolder, CacheFolder.All()[1].Path);

    [Theory]
    [InlineData("/h/.cache/loradiff/data", "default", "HOME=/h")]
    [InlineData("/x/loradiff/data", "XDG_CACHE_HOME", "HOME=/h", "XDG_CACHE_HOME=/x")]
    [InlineData("/l/data", "LORADIFF_CACHE", "HOME=/h", "XDG_CACHE_HOME=/x", "LORADIFF_CACHE=/l")]
    public void DataCache_IsWhereTheEnvironmentSays(string path, string origin, params string[] environment)
        => Assert.Equal((path, origin), DataCacheFolder.Named(Variables(environment)));

    private static Func<string, string?> Variables(string[] environment)
    {
        var variables = environment.Select(e => e.Split('=')).ToDictionary(e => e[0], e => e[1]);
        return name => variables.GetValueOrDefault(name);
    }
}
