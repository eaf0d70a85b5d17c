using System.Diagnostics;

namespace LoraDiff.Peers;

/// <summary>A program of another language with the packages that we compare with, where a machine has both.</summary>
/// <param name="program">The program's name on the PATH.</param>
/// <param name="variable">The environment variable that names the folder of the packages.</param>
/// <param name="otherwise">The folder where the variable is not set.</param>
/// <param name="package">What must lie in that folder.</param>
/// <param name="wanted">What that folder is, for who has none.</param>
internal sealed class PeerProgram(string program, string variable, string otherwise, string package, string wanted)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private string Folder => Path.GetFullPath(Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : otherwise);

    /// <summary>Why it cannot be asked, or null where it can.</summary>
    public string? Absent => !Directory.Exists(Path.Combine(Folder, package)) ? $"{package} is not in '{Folder}'; set {variable} to {wanted}."
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, program))) ? null
        : $"{program} is not on the PATH.";

    /// <summary>Python 3.11 with a package.</summary>
    public static PeerProgram Python(string package) => new("python3.11", "LORADIFF_PYTHON_PEERS", "/tmp/peers", package, $"a folder of Python packages that holds {package}");

    /// <summary>Runs it in the folder of its packages, which Python is told of too, and gives back what it writes.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables beside the test's own.</param>
    /// <param name="input">What it reads from its standard input.</param>
    public async Task<string> RunAsync(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment, string input = "")
    {
        using var process = new Process();
        process.StartInfo = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
            WorkingDirectory = Folder,
        };
        process.StartInfo.Environment["PYTHONPATH"] = Folder;
        foreach (var (name, value) in environment)
        {
            process.StartInfo.Environment[name] = value;
        }

        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} took longer than {Patience}.");
        }

        Assert.True(process.ExitCode == 0, $"{program} failed: {await error}");
        return await output;
    }
}
