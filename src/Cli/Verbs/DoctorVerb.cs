using System.CommandLine;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Doctor;
using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff doctor</c>: what this machine offers, what is missing, and how to get it.</summary>
internal static class DoctorVerb
{
    public static Command Create(CliConsole console)
    {
        var json = CommonOptions.Json();
        var command = new Command("doctor", "Say what this machine offers, what is missing, and how to get it.") { json };
        command.SetAction(parsed =>
        {
            var report = Examination.Run();
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(console, report);
            }
            else
            {
                Print(console, report);
            }

            return report.Torch is null ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    private static void Print(CliConsole console, DoctorReport report)
    {
        Format.Pairs(console.Out, report.Lines());
        if (report.Problems.Count == 0)
        {
            console.Out.WriteLine("Nothing is missing.");
        }

        foreach (var problem in report.Problems)
        {
            console.Out.WriteLine($"- {problem}");
        }
    }
}
