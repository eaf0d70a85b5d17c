using System.Diagnostics;
using System.Runtime.Versioning;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Setup;

/// <summary>eng/setup.sh against programs that only pretend: nothing is installed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SetupScriptTests
{
    private const string AptLog = "apt.log";

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
        Directory.CreateDirectory(machine.At("torch", "share", "cmake", "Torch"));
        File.WriteAllText(machine.At("torch", "share", "cmake", "Torch", "TorchConfig.cmake"), "");

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
    public void Setup_ThatCannotHelp_SaysWhatToDo(string fault, string message)
    {
        using var machine = new Places();
        Pretend(machine, installed: fault == "old-torch", fault);

        var (code, error) = fault == "bad-libtorch" ? Run(machine, ("LIBTORCH", machine.Folder)) : Run(machine);

        Assert.NotEqual(0, code);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    private static void Pretend(Places machine, bool installed, string fault = "")
    {
        Directory.CreateDirectory(machine.At("bin"));
        foreach (var tool in (string[])["bash", "cat", "grep", "sort", "printf", "env", "dirname"])
        {
            File.CreateSymbolicLink(machine.At("bin", tool), File.Exists($"/usr/bin/{tool}") ? $"/usr/bin/{tool}" : $"/bin/{tool}");
        }

        Program(machine, "id", "echo 0");
        Program(machine, "dotnet", $"echo {(fault == "old-sdk" ? "8.0.100" : "10.0.401")}");
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

    private static void Program(Places machine, string name, string script)
    {
        var path = machine.At("bin", name);
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static (int Code, string Error) Run(Places machine, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("/bin/bash", [Path.Combine(FixtureFolder.Repository, "eng", "setup.sh")]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment.Clear();
        start.Environment["PATH"] = machine.At("bin");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }
}
