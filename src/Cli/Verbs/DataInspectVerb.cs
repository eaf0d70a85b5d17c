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
    private readonly NumberOption<int> _limit = new("--limit", "Take only the first records.", "N", 1, int.MaxValue);
    private readonly NumberOption<int> _show = new("--show", "Show so many documents, token by token.", "N", 0, int.MaxValue, otherwise: 3);
    private readonly Option<string[]> _set = new("--set") { Description = "Change one setting of the data; may be given several times. An unknown key lists all.", HelpName = "KEY=VALUE" };
    private readonly Option<bool> _json = CommonOptions.Json();

    private DataInspectVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new DataInspectVerb(console);
        var command = new Command("inspect", "Show what the model will see of training data: learnt tokens, blocks, counts by kind and length.")
        {
            verb._files, verb._model, verb._recipe, verb._limit.Option, verb._show.Option, verb._set, verb._json,
        };
        verb._data.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => verb.Run(parsed, cancellationToken), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (limit, show) = (_limit.Value(parsed), _show.Value(parsed)!.Value);
        var options = DataSettings.Set(_data.Options(parsed) with { Limit = limit }, parsed.GetValue(_set) ?? []);
        var recipe = DataSettings.Recipe(parsed.GetValue(_recipe)!);
        var text = CheckpointText.Open(HubFolder.Find(parsed.GetRequiredValue(_model), _console, cancellationToken, textOnly: true));
        var report = DataReport.Make(DataSettings.Sources(parsed.GetRequiredValue(_files)), text.Tokenizer, text.Renderer(recipe.MaskTokenId), recipe, options, show, cancellationToken);
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
