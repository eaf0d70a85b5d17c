using System.Runtime.Versioning;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Setup;

/// <summary>eng/setup.sh against programs that only pretend: nothing is installed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SetupScriptTests
{
    private const string AptLog = "apt.log";

    private static string Script => Path.Combine(FixtureFolder.Repository, "eng", "setup.sh");

    [Fact]
    public void Setup_WhereNothingIsMissing_InstallsNothing()
    {
        using var machine = new Places();
        Pretend(machine, installed: true);

        var (code, error) = Run(machine);

        Assert.Equal(0, code);
        Assert.Contains("nothing to install", error, StringComparison.Ordinal);
        Assert.False(File.Exists(machine.At(AptLog)));
    }

    [Fact]
    public void Setup_WhereAllIsMissing_InstallsItFromTheDistribution()
    {
        using var machine = new Places();
        Pretend(machine, installed: false);

        var (code, error) = Run(machine);

        Assert.Equal(0, code);
        var apt = File.ReadAllText(machine.At(AptLog));
        Assert.All(["update", "cmake", "g++", "ninja-build", "libtorch-dev", "libopenblas0-pthread"], word => Assert.Contains(word, apt, StringComparison.Ordinal));
        Assert.Contains("installed cmake", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Setup_WithALibtorchOfTheUsers_TakesIt()
    {
        using var machine = new Places();
        Pretend(machine, installed: false);
        Libtorch(machine);

        var (code, error) = Run(machine, ("LIBTORCH", machine.At("torch")));

        Assert.Equal(0, code);
        Assert.DoesNotContain("libtorch-dev", File.ReadAllText(machine.At(AptLog)), StringComparison.Ordinal);
        Assert.Contains($"LIBTORCH={machine.At("torch")}", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-apt", "Debian and Ubuntu only")]
    [InlineData("offline", "could not install")]
    [InlineData("old-sdk", "needs the .NET SDK 10.0")]
    [InlineData("old-torch", "needs 1.13 or newer")]
    [InlineData("bad-libtorch", "has no share/cmake/Torch/TorchConfig.cmake")]
    [InlineData("no-sdk", "the .NET 10 SDK was not found. Install it from https://dot.net/download")]
    [InlineData("not-root", "Ask for: sudo apt-get install cmake g++ ninja-build libtorch-dev libopenblas0-pthread")]
    [InlineData("sudo-password", "Ask for: sudo apt-get install cmake g++ ninja-build libtorch-dev libopenblas0-pthread")]
    [InlineData("python-without-torch", "that Python has no torch package")]
    [InlineData("no-python", "that Python has no torch package")]
    [InlineData("python-without-cmake-files", "has no share/cmake/Torch/TorchConfig.cmake, which a build against it needs")]
    public void Setup_ThatCannotHelp_SaysWhatToDo(string fault, string message)
    {
        using var machine = new Places();
        Pretend(machine, installed: fault == "old-torch", fault);
        Directory.CreateDirectory(machine.At("empty"));
        Python(machine, "bin", fault == "python-without-cmake-files" ? machine.At("empty") : "");

        var (code, error) = fault switch
        {
            "bad-libtorch" => Run(machine, ("LIBTORCH", machine.Folder)),
            "no-python" => Run(machine, ("LIBTORCH_FROM_PYTHON", machine.At("bin", "python9"))),
            "python-without-torch" or "python-without-cmake-files" => Run(machine, ("LIBTORCH_FROM_PYTHON", machine.At("bin", "python"))),
            _ => Run(machine),
        };

        Assert.NotEqual(0, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(File.Exists(machine.At(AptLog)));
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => l.Contains("error:", StringComparison.Ordinal));
        Assert.Contains(message, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VIRTUAL_ENV", "")]
    [InlineData("CONDA_PREFIX", "")]
    [InlineData("CONDA_PREFIX", "VIRTUAL_ENV")]
    public void Setup_InAnActivePythonEnvironmentWithTorch_TakesItsLibtorch(string variable, string other)
    {
        using var machine = new Places();
        Pretend(machine, installed: false);
        Libtorch(machine);
        Python(machine, "environment/bin", machine.At("torch"));
        Python(machine, "without/bin", "");   // another that is active as well, and has no torch

        var (code, text) = Source(machine, [(variable, machine.At("environment")), .. other.Length > 0 ? [(other, machine.At("without"))] : Array.Empty<(string, string)>()]);

        Assert.Equal(0, code);
        Assert.Contains($"the active Python environment ({machine.At("torch")})", text, StringComparison.Ordinal);
        Assert.Contains($"exported: {machine.At("torch")};", text, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch-dev", File.ReadAllText(machine.At(AptLog)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VIRTUAL_ENV", "")]
    [InlineData("VIRTUAL_ENV", "empty")]
    [InlineData("CONDA_PREFIX", "")]
    public void Setup_InAnActivePythonEnvironmentWithoutTorch_TakesTheDistributions(string variable, string torch)
    {
        using var machine = new Places();
        Pretend(machine, installed: true);
        Directory.CreateDirectory(machine.At("empty"));
        Python(machine, "environment/bin", torch.Length == 0 ? "" : machine.At(torch));

        var (code, text) = Source(machine, (variable, machine.At("environment")));

        Assert.Equal(0, code);
        Assert.Contains("the distribution's libtorch-dev 1.13.1", text, StringComparison.Ordinal);
        Assert.Contains("exported: ;", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("python3", "bin/python3")]
    [InlineData("1", "bin/python3")]
    [InlineData("true", "bin/python3")]
    public void Setup_WithLibtorchFromPython_TakesThatPythons(string value, string python)
    {
        using var machine = new Places();
        Pretend(machine, installed: false);
        Libtorch(machine);
        Python(machine, "bin", machine.At("torch"));
        File.Move(machine.At("bin", "python"), machine.At(python.Split('/')));

        var (code, error) = Run(machine, ("LIBTORCH_FROM_PYTHON", value));

        Assert.Equal(0, code);
        Assert.Contains("libtorch: the torch package of python3", error, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch-dev", File.ReadAllText(machine.At(AptLog)), StringComparison.Ordinal);
    }

    [Fact]
    public void Setup_WithoutRootButWithSudo_InstallsThroughIt()
    {
        using var machine = new Places();
        Pretend(machine, installed: false, "sudo");

        var (code, _) = Run(machine);

        Assert.Equal(0, code);
        Assert.Contains("apt-get", File.ReadAllText(machine.At("sudo.log")), StringComparison.Ordinal);
        Assert.Contains("libtorch-dev", File.ReadAllText(machine.At(AptLog)), StringComparison.Ordinal);
    }

    private static void Libtorch(Places machine)
    {
        var folder = Directory.CreateDirectory(machine.At("torch", "share", "cmake", "Torch"));
        File.WriteAllText(Path.Combine(folder.FullName, "TorchConfig.cmake"), "");
    }

    /// <summary>A Python that prints where its torch is; an empty text is one without torch.</summary>
    private static void Python(Places machine, string folder, string torch)
    {
        Directory.CreateDirectory(machine.At(folder.Split('/')));
        StubProgram.Write(machine.At([.. folder.Split('/'), "python"]), $"echo '{torch}'");
    }

    private static void Pretend(Places machine, bool installed, string fault = "")
    {
        StubProgram.Link(machine.At("bin"), "bash", "cat", "grep", "sort", "printf", "env", "printenv", "dirname");
        Program(machine, "id", $"echo {(fault is "not-root" or "sudo" or "sudo-password" ? 1000 : 0)}");
        if (fault is "sudo" or "sudo-password")
        {
            Program(machine, "sudo", fault == "sudo" ? $"echo \"$@\" >> '{machine.At("sudo.log")}'\n[ \"$1\" != -n ] || shift\n[ \"$1\" = true ] || exec \"$@\"" : "exit 1");
        }

        if (fault != "no-sdk")
        {
            Program(machine, "dotnet", $"echo {(fault == "old-sdk" ? "8.0.100" : "10.0.401")}");
        }

        // dpkg-query knows a package once apt-get has been called, or from the start.
        var version = fault == "old-torch" ? "1.8.1-5" : "1.13.1+dfsg-4";
        Program(machine, "dpkg-query", $"{(installed ? "" : $"[ -e '{machine.At(AptLog)}' ] || exit 1\n")}case \"$3\" in *Status*) echo -n 'install ok installed';; *) echo -n '{version}';; esac");
        if (fault != "no-apt")
        {
            Program(machine, "apt-get", fault == "offline" ? "exit 100" : $"echo \"$@\" >> '{machine.At(AptLog)}'");
        }

        foreach (var tool in (string[])(installed ? ["cmake", "ninja", "c++"] : []))
        {
            Program(machine, tool, "exit 0");
        }
    }

    private static void Program(Places machine, string name, string script) => StubProgram.Write(machine.At("bin", name), script);

    private static (int Code, string Error) Run(Places machine, params (string Name, string Value)[] environment)
    {
        var (code, _, error) = StubProgram.Bash([Script], [("PATH", machine.At("bin")), .. environment]);
        return (code, error);
    }

    /// <summary>As ./test does it: what the script exports is what the build sees.</summary>
    private static (int Code, string Text) Source(Places machine, params (string Name, string Value)[] environment)
    {
        var (code, output, error) = StubProgram.Bash(["-c", $". '{Script}'; loradiff_setup && echo \"exported: $(printenv LIBTORCH);\""], [("PATH", machine.At("bin")), .. environment]);
        return (code, error + output);
    }
}
