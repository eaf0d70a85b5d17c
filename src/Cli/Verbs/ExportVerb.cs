using System.CommandLine;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Export;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff export</c>: base and adapter as one checkpoint in the layout that a serving engine loads.</summary>
internal static class ExportVerb
{
    public static Command Create(CliConsole console)
    {
        var target = new Option<string>("--target") { Description = $"Who is to load it: {string.Join("; ", ModelExporter.Targets.Select(t => $"{t.Name} ({t.Description})"))}.", Required = true, HelpName = "NAME" };
        var options = new ExportOptions();
        var command = new Command("export", "Make one checkpoint of a base model and an adapter, as a serving engine loads it.") { target };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => options.Run(parsed, console, parsed.GetRequiredValue(target), cancellationToken), CancellationToken.None));
        return command;
    }
}
