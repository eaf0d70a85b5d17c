using System.Diagnostics;

namespace LoraDiff.Cli.Doctor;

/// <summary>Asks another program something.</summary>
internal static class ProgramOutput
{
    /// <returns>The first line that a program prints, or null where it cannot be run, fails or prints nothing.</returns>
    public static string? FirstLine(string program, string argument)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true });
            if (process is null)
            {
                return null;
            }

            var error = process.StandardError.ReadToEndAsync();
            var line = process.StandardOutput.ReadToEnd().Split('\n')[0].Trim();
            process.WaitForExit();
            error.Wait();
            return process.ExitCode == 0 && line.Length > 0 ? line : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;   // there is no such program, or it is none for this machine
        }
    }
}
