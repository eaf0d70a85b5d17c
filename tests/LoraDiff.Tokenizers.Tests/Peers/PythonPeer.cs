using System.Diagnostics;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>A Python with Hugging Face's libraries, where the machine has one; only comparisons use it.</summary>
internal static class PythonPeer
{
    /// <summary>The folder that holds the packages, or null.</summary>
    public static string? Packages { get; } = Find();

    /// <summary>Runs a script with some input on its standard input and gives back what it writes.</summary>
    public static string Run(string script, string input)
    {
        var start = new ProcessStartInfo("python3.11", ["-s", "-X", "utf8", "-c", script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
        };
        start.Environment["PYTHONPATH"] = Packages;
        start.Environment["TOKENIZERS_PARALLELISM"] = "false";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Result;
    }

    private static string? Find()
    {
        var folder = Environment.GetEnvironmentVariable("LORADIFF_PYTHON_PEERS") ?? "/tmp/peers";
        return Directory.Exists(Path.Combine(folder, "tokenizers")) && HasPython() ? folder : null;
    }

    private static bool HasPython()
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "python3.11")));
}
