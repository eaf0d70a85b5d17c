using System.Diagnostics;

namespace LoraDiff.Cli.Tests.Hosting;

/// <summary>One run of the tool in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>The tool in its own folder: the tests' has what the tests' frameworks leave to copy, which is not all that the tool needs.</summary>
    public static string Tool { get; } = Path.Combine(AppContext.BaseDirectory.Replace($"{Path.DirectorySeparatorChar}loradiff.Tests{Path.DirectorySeparatorChar}", $"{Path.DirectorySeparatorChar}loradiff{Path.DirectorySeparatorChar}", StringComparison.Ordinal), "loradiff.dll");

    /// <summary>Starts the tool; its heap may hold at most so many bytes, 0 for no limit.</summary>
    public static async Task<Run> RunAsync(long heapBytes, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Tool, .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (heapBytes > 0)
        {
            start.Environment["DOTNET_GCHeapHardLimit"] = heapBytes.ToString("X", System.Globalization.CultureInfo.InvariantCulture);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new Run(process.ExitCode, await output, await error);
    }
}
