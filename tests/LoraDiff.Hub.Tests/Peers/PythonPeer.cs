using System.Diagnostics;

namespace LoraDiff.Hub.Tests.Peers;

/// <summary>Python's huggingface_hub where a machine has one: <c>LORADIFF_PYTHON_PEERS</c> or <c>/tmp/peers</c> names its packages.</summary>
internal static class PythonPeer
{
    private static string Packages => Environment.GetEnvironmentVariable("LORADIFF_PYTHON_PEERS") is { Length: > 0 } named ? named : "/tmp/peers";

    public static string? Absent => Directory.Exists(Path.Combine(Packages, "huggingface_hub")) ? null : $"Python's huggingface_hub is not in '{Packages}'; set LORADIFF_PYTHON_PEERS to a folder that holds it.";

    public static async Task<string> RunAsync(string script, HubFixture fixture, string cache, params (string Name, string Value)[] environment)
    {
        using var process = new Process();
        process.StartInfo = new("python3.11", ["-s", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true };
        process.StartInfo.Environment["PYTHONPATH"] = Packages;
        process.StartInfo.Environment["HF_ENDPOINT"] = fixture.Hub.Address.ToString().TrimEnd('/');
        process.StartInfo.Environment["HF_HUB_CACHE"] = cache;
        process.StartInfo.Environment["HF_HOME"] = fixture.At("home");
        process.StartInfo.Environment["HF_HUB_DISABLE_XET"] = "1";
        process.StartInfo.Environment["HF_HUB_DISABLE_PROGRESS_BARS"] = "1";
        process.StartInfo.Environment["HF_TOKEN"] = fixture.Hub.Token;
        foreach (var (name, value) in environment)
        {
            process.StartInfo.Environment[name] = value;
        }
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
        return (await output).Trim();
    }
}
