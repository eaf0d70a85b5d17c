using System.CommandLine;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Data;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff data inspect FILE…</c>: what the model will see of training data; no weight is read.</summary>
internal sealed class DataInspectVerb
{
    private readonly CliConsole _console;
    private readonly DataSettings _data = new();
    private readonly Argument<string[]> _files = new("data") { Description = DataSettings.Description, Arity = ArgumentArity.OneOrMore, HelpName = "FILE" };
    private readonly Option<string> _model = new("--model") { Description = "Folder of the checkpoint whose tokenizer and chat template are used, or org/name[@revision] on the Hub.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _recipe = new("--recipe") { Description = $"Whose blocks to show: {string.Join(", ", ConversionRecipe.Presets.Select(r => r.Name))}, or a loradiff.json.", DefaultValueFactory = _ => ConversionRecipe.LoraDiff.Name, HelpName = "NAME" };
    private readonly Option<int?> _limit = new("--limit") { Description = "Take only the first records.", HelpName = "N" };
    private readonly Option<int> _show = new("--show") { Description = "Show so many documents, token by token.", DefaultValueFactory = _ => 3, HelpName = "N" };
    private readonly Option<string[]> _set = new("--set") { Description = "Change one setting of the data; may be given several times. An unknown key lists all.", HelpName = "KEY=VALUE" };
    private readonly Option<bool> _json = CommonOptions.Json();

    private DataInspectVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new DataInspectVerb(console);
        var command = new Command("inspect", "Show what the model will see of training data: learnt tokens, blocks, counts by kind and length.")
        {
            verb._files, verb._model, verb._recipe, verb._limit, verb._show, verb._set, verb._json,
        };
        verb._data.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => verb.Run(parsed, cancellationToken), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_show) < 0)
        {
            throw new CliException($"--show is {parsed.GetValue(_show)}; it must be at least 0.");
        }

        var options = DataSettings.Set(_data.Options(parsed) with { Limit = parsed.GetValue(_limit) }, parsed.GetValue(_set) ?? []);
        var recipe = DataSettings.Recipe(parsed.GetValue(_recipe)!);
        var text = CheckpointText.Open(HubFolder.Find(parsed.GetRequiredValue(_model), _console, cancellationToken, textOnly: true));
        var report = DataReport.Make(DataSettings.Sources(parsed.GetRequiredValue(_files)), text.Tokenizer, text.Renderer(recipe.MaskTokenId), recipe, options, parsed.GetValue(_show), cancellationToken);
        if (parsed.GetValue(_json))
        {
            JsonOutput.Write(_console, report);
        }
        else
        {
            DataDisplay.Print(_console, report, text.Tokenizer, text.PadTokenId);
        }
    }
}
