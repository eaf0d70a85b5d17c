using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using LoraDiff.Fixtures;

namespace LoraDiff.Conversion.Tests.Adapters;

/// <summary>Python's PEFT where a machine has one: <c>LORADIFF_PYTHON_PEERS</c> or <c>/tmp/peers</c> names its packages.</summary>
internal static class PeftPeer
{
    private const string Python = "python3.11";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static string Packages => Environment.GetEnvironmentVariable("LORADIFF_PYTHON_PEERS") is { Length: > 0 } named ? named : "/tmp/peers";

    /// <summary>Why PEFT cannot be asked, or null where it can.</summary>
    public static string? Missing()
    {
        if (!Directory.Exists(Path.Combine(Packages, "peft")))
        {
            return $"Python's PEFT is not in '{Packages}'; set LORADIFF_PYTHON_PEERS to a folder that holds torch, transformers and peft.";
        }

        var paths = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        return paths.Any(path => File.Exists(Path.Combine(path, Python))) ? null : $"{Python} is not on the PATH.";
    }

    /// <summary>Runs all jobs in one process.</summary>
    /// <param name="jobs">What to do.</param>
    /// <param name="folder">A folder for question and answer.</param>
    /// <param name="scriptName">The script, below the tests' folder.</param>
    public static JsonArray Ask(JsonArray jobs, string folder, string scriptName = "Adapters/peft_peer.py")
    {
        var (question, answer) = (Path.Combine(folder, "jobs.json"), Path.Combine(folder, "out.json"));
        File.WriteAllText(question, jobs.ToJsonString());
        var script = Path.Combine(FixtureFolder.Repository, "tests", "LoraDiff.Conversion.Tests", scriptName);
        var start = new ProcessStartInfo(Python, ["-s", script, question, answer]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["PYTHONPATH"] = Packages;
        start.Environment["HF_HUB_OFFLINE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{scriptName} took longer than {Patience}.");
        }

        Assert.True(process.ExitCode == 0, $"{scriptName} failed: {errors.Result}{output.Result}");
        return JsonNode.Parse(File.ReadAllText(answer), documentOptions: new JsonDocumentOptions())!.AsArray();
    }
}
