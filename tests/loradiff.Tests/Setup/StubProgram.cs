using System.Diagnostics;
using System.Runtime.Versioning;

namespace LoraDiff.Cli.Tests.Setup;

/// <summary>Programs that only pretend, and scripts that are run among them.</summary>
[UnsupportedOSPlatform("windows")]
internal static class StubProgram
{
    public static void Write(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Puts the machine's own programs of these names into a folder, which is made.</summary>
    public static void Link(string folder, params string[] names)
    {
        Directory.CreateDirectory(folder);
        foreach (var name in names)
        {
            File.CreateSymbolicLink(Path.Combine(folder, name), File.Exists($"/usr/bin/{name}") ? $"/usr/bin/{name}" : $"/bin/{name}");
        }
    }

    /// <summary>Runs bash with these arguments, an empty standard input and no other environment than this.</summary>
    public static (int Code, string Out, string Error) Bash(IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo("/bin/bash", arguments) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error);
    }
}
