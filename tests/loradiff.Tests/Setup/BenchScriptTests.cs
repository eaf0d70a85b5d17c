using System.Runtime.Versioning;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Fixtures;

namespace LoraDiff.Cli.Tests.Setup;

/// <summary>bench/run against programs that only pretend: nothing is measured.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BenchScriptTests
{
    [Fact]
    public void Run_WhosePeerFails_SaysSoInOneLineAndGoesOn()
    {
        using var machine = new Places();
        Pretend(machine, peer: "echo 'Traceback (most recent call last):' >&2; echo 'RuntimeError: no \"bf16\" here' >&2; echo >&2; exit 3");

        var (code, output, error) = Run(machine);

        Assert.Equal((0, ""), (code, error));
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, lines.Length);   // two of ours, each with what became of the peer; no ratio
        Assert.All([lines[1], lines[3]], line =>
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            Assert.StartsWith("peer: train", json.RootElement.GetProperty("failed").GetString(), StringComparison.Ordinal);
            Assert.Equal(3, json.RootElement.GetProperty("exit_code").GetInt32());
            Assert.Equal("RuntimeError: no bf16 here", json.RootElement.GetProperty("stderr").GetString());
        });
    }

    [Fact]
    public void Run_WithAPeer_GivesTheRatio()
    {
        using var machine = new Places();
        Pretend(machine, peer: "echo 'a warning' >&2; echo '{\"positions_per_second\": 50}'");

        var (code, output, _) = Run(machine);

        Assert.Equal(0, code);
        Assert.Equal(2, output.Split('\n').Count(line => line.EndsWith("ours/peer = 2.00", StringComparison.Ordinal)));
    }

    private static void Pretend(Places machine, string peer)
    {
        StubProgram.Link(machine.At("bin"), "bash", "dirname", "mktemp", "grep", "tail", "tr", "rm", "awk");
        StubProgram.Write(machine.At("bin", "dotnet"), "[ \"$1\" = build ] || echo '{\"positions_per_second\": 100}'");
        StubProgram.Write(machine.At("bin", "python3.11"), peer);
        Directory.CreateDirectory(machine.At("repository", "bench"));
        File.Copy(Path.Combine(FixtureFolder.Repository, "bench", "run"), machine.At("repository", "bench", "run"));
        Directory.CreateDirectory(machine.At("shared", "peers"));
        File.WriteAllText(machine.At("shared", "peers", "peer_bench.py"), "");
        Directory.CreateDirectory(machine.At("peers", "torch"));
    }

    private static (int Code, string Out, string Error) Run(Places machine)
        => StubProgram.Bash([machine.At("repository", "bench", "run"), "small"], [("PATH", machine.At("bin")), ("LORADIFF_PYTHON_PEERS", machine.At("peers")), ("TMPDIR", machine.Folder)]);
}
