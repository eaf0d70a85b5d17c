using System.CommandLine;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Export;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff merge</c>: base and adapter as one plain checkpoint.</summary>
internal static class MergeVerb
{
    public static Command Create(CliConsole console)
    {
        var options = new ExportOptions();
        var command = new Command("merge", "Make one plain checkpoint of a base model and an adapter.");
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => options.Run(parsed, console, ModelExporter.Plain, cancellationToken), CancellationToken.None));
        return command;
    }
}
