using System.Runtime.Versioning;
using LoraDiff.Cli.Doctor;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Cli.Tests.Setup;

namespace LoraDiff.Cli.Tests.Doctor;

/// <summary>Against programs that only pretend.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BuildToolTests
{
    [Theory]
    [InlineData("cmake", "cmake version 3.25.1", "3.25.1")]
    [InlineData("c++", "c++ (Debian 12.2.0-14+deb12u1) 12.2.0", "12.2.0")]
    [InlineData("c++", "Debian clang version 14.0.6", "14.0.6")]
    [InlineData("ninja", "1.11.1", "1.11.1")]
    [InlineData("ninja", "no number", null)]
    public void Tool_OnThePath_TellsItsPlaceAndVersion(string name, string says, string? version)
    {
        using var machine = new Places();
        Directory.CreateDirectory(machine.At("first"));
        Directory.CreateDirectory(machine.At("second"));
        File.WriteAllText(machine.At("first", name), "not a program");   // no right to run it: not what a shell would take
        StubProgram.Write(machine.At("second", name), $"[ \"$1\" = --version ] && echo '{says}'; echo 'second line'");

        var tool = BuildTool.All(Path(machine, "first", "second")).Single(tool => tool.Name == name);

        Assert.Equal((machine.At("second", name), version), (tool.Path, tool.Version));
    }

    [Fact]
    public void Tools_ThatAreMissing_AreNamedWithTheCommandThatInstallsThem()
    {
        using var machine = new Places();
        Directory.CreateDirectory(machine.At("bin"));
        StubProgram.Write(machine.At("bin", "c++"), "echo 12.2.0");

        var tools = BuildTool.All(Path(machine, "bin"));

        Assert.Equal("Building LoraDiff from source needs what is not on PATH: cmake, ninja. Get it: sudo apt-get install cmake ninja-build", BuildTool.Problem(tools));
        Assert.Null(BuildTool.Problem([.. tools.Where(tool => tool.Path is not null)]));
    }

    [Fact]
    public void Tools_WithoutAPath_AreMissing() => Assert.All(BuildTool.All(_ => null), tool => Assert.Null(tool.Path));

    private static Func<string, string?> Path(Places machine, params string[] folders) => name => name == "PATH" ? string.Join(':', folders.Select(folder => machine.At(folder))) : null;
}
