using System.CommandLine;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Training;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff convert</c>: trains an adapter on a checkpoint and saves it as a PEFT folder.</summary>
internal sealed class ConvertVerb
{
    private readonly CliConsole _console;
    private readonly CommonOptions _common = new();
    private readonly Option<string> _model = new("--model") { Description = "Folder of the checkpoint, or org/name[@revision] on the Hub.", Required = true, HelpName = "DIR" };
    private readonly DataSettings _dataSettings = new();
    private readonly Option<string[]> _data = new("--data") { Description = DataSettings.Description, Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };
    private readonly Option<string> _out = new("--out") { Description = "Where the PEFT folder goes, with loradiff.json, metrics.jsonl and checkpoints/.", Required = true, HelpName = "DIR" };
    private readonly Option<string> _recipe = new("--recipe") { Description = $"What to learn: {string.Join(", ", ConversionRecipe.Presets.Select(r => r.Name))}, or a loradiff.json.", DefaultValueFactory = _ => ConversionRecipe.LoraDiff.Name, HelpName = "NAME" };
    private readonly NumberOption<double> _minutes = new("--minutes", "Train for so long. Default: 30.", "M", 0, TrainingOptions.MaxMinutes, isOpen: true);
    private readonly NumberOption<int> _steps = new("--steps", "Train for so many steps.", "N", 1, int.MaxValue);
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on from the newest checkpoint in --out, with the same model, data and settings." };
    private readonly Option<bool> _overwrite = new("--overwrite") { Description = "Start anew in place of the adapter and the checkpoints in --out." };
    private readonly Option<string[]> _validation = new("--validation") { Description = "Data whose losses are measured during training. Default: what --set eval_share=X keeps apart.", AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };
    private readonly Option<string[]> _set = new("--set") { Description = "Change one setting of recipe, training, adapter or data; may be given several times. An unknown key lists all.", HelpName = "KEY=VALUE" };

    private ConvertVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new ConvertVerb(console);
        var command = new Command("convert", "Train an adapter that turns a checkpoint into a block-diffusion model.")
        {
            verb._model, verb._data, verb._out, verb._recipe, verb._minutes.Option, verb._steps.Option, verb._resume, verb._overwrite, verb._validation, verb._set,
        };
        verb._dataSettings.AddTo(command);
        verb._common.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => verb.Run(parsed, cancellationToken), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = Request(parsed, cancellationToken);
        var converter = new LoraDiffConverter(new ConsoleLogger(_console));
        ConversionResult result;
        using (var display = TrainingDisplay.Start(_console))
        {
            result = converter.Convert(request, display, cancellationToken);
        }

        Report(parsed, result);
        return result.Training.Reason == StopReason.Cancelled ? ExitCode.Cancelled : ExitCode.Success;
    }

    private ConversionRequest Request(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (minutes, steps) = (_minutes.Value(parsed), _steps.Value(parsed));
        var (baseName, baseRevision) = HubFolder.Base(parsed.GetRequiredValue(_model));
        var request = new ConversionRequest
        {
            Model = parsed.GetRequiredValue(_model),
            BaseModelName = baseName,
            Command = CommandText.Of(parsed),
            Data = DataSettings.Sources(parsed.GetRequiredValue(_data)),
            DataOptions = _dataSettings.Options(parsed) with { DataCache = DataCacheFolder.Find() },
            Output = parsed.GetRequiredValue(_out),
            Recipe = DataSettings.Recipe(parsed.GetValue(_recipe)!),
            Training = new TrainingOptions { Minutes = minutes ?? (steps is null ? 30 : null), Steps = steps, Seed = _common.Seed(parsed) },
            Load = _common.Load(parsed, cancellationToken),
            Validation = parsed.GetValue(_validation) is { Length: > 0 } validation ? DataSettings.Sources(validation) : null,
            Resume = parsed.GetValue(_resume),
            Overwrite = parsed.GetValue(_overwrite),
        };
        request = request with { Lora = request.Lora with { Revision = baseRevision } };
        request = request.With((parsed.GetValue(_set) ?? []).Select(setting => DataSettings.Pair("--set", setting, "key=value")).Select(pair => KeyValuePair.Create(pair.Key, pair.Value)));

        // Before a download and before any data are tokenised.
        request.Validate();
        return request with { Model = HubFolder.Find(request.Model, _console, cancellationToken) };
    }

    private void Report(ParseResult parsed, ConversionResult result)
    {
        var last = result.Training.Last;
        if (_common.IsJson(parsed))
        {
            JsonOutput.Write(_console, new
            {
                result.Output,
                Recipe = result.Recipe.Name,
                result.Recipe.MaskTokenId,
                Stopped = result.Training.Reason,
                Steps = result.Training.Step,
                Seconds = result.Training.Elapsed.TotalSeconds,
                last?.Loss,
                last?.DiffusionLoss,
                last?.ArLoss,
                last?.BlockSize,
                last?.TokensPerSecond,
                last?.PositionsPerSecond,
                last?.Evaluation,
                TrainableParameters = result.Parameters.Trainable,
                TotalParameters = result.Parameters.Total,
                result.Documents,
                result.Truncated,
                result.Skipped,
                result.Training.Checkpoint,
            });
            return;
        }

        var how = result.Training.Reason == StopReason.Cancelled ? "Stopped; what was learnt so far is" : "The adapter is";
        _console.Out.WriteLine($"{how} in {result.Output} after {result.Training.Step} steps ({Format.Duration(result.Training.Elapsed)}). {(result.Training.Reason == StopReason.Cancelled ? "Go on with --resume." : "")}".TrimEnd());
    }
}
