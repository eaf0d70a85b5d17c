using System.CommandLine;
using System.Globalization;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Inspection;
using Spectre.Console;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff inspect PATH</c>: what a checkpoint, an adapter or a safetensors file holds; no weight is read.</summary>
internal static class InspectVerb
{
    public static Command Create(CliConsole console)
    {
        var path = new Argument<string>("path") { Description = "A checkpoint folder, an adapter folder, a .safetensors file, or org/name[@revision] on the Hub.", HelpName = "PATH" };
        var tensors = new Option<bool>("--tensors") { Description = "List every tensor." };
        var json = CommonOptions.Json();
        var command = new Command("inspect", "Say what a checkpoint, an adapter or a safetensors file holds.") { path, tensors, json };
        command.SetAction((parsed, cancellationToken) => Task.Run(() =>
        {
            var report = Inspector.Inspect(HubFolder.FindAny(parsed.GetRequiredValue(path), console, cancellationToken), parsed.GetValue(tensors));
            if (parsed.GetValue(json))
            {
                JsonOutput.Write(console, report);
            }
            else
            {
                Print(console, report);
            }
        }, CancellationToken.None));
        return command;
    }

    private static void Print(CliConsole console, InspectionReport report)
    {
        Format.Pairs(console.Out, report.Lines());
        if (report.Tensors is { } tensors)
        {
            var list = new Table().Border(TableBorder.Minimal).AddColumns("tensor", "dtype", "shape", "bytes");
            foreach (var tensor in tensors)
            {
                list.AddRow(Markup.Escape(tensor.Name), tensor.Dtype, $"[[{string.Join(", ", tensor.Shape)}]]", tensor.Bytes.ToString("N0", CultureInfo.InvariantCulture));
            }

            console.Tables.Write(list);
        }
    }
}
