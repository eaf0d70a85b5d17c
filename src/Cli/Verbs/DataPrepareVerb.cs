using System.CommandLine;
using System.Globalization;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Data;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff data prepare FILE…</c>: tokenises training data into the cache, from which <c>convert</c> takes it.</summary>
internal sealed class DataPrepareVerb
{
    private readonly CliConsole _console;
    private readonly DataSettings _data = new();
    private readonly Argument<string[]> _files = new("data") { Description = DataSettings.Description, Arity = ArgumentArity.OneOrMore, HelpName = "FILE" };
    private readonly Option<string> _model = new("--model") { Description = "Folder of the checkpoint whose tokenizer and chat template are used, or org/name[@revision] on the Hub.", Required = true, HelpName = "DIR" };
    private readonly Option<string[]> _set = new("--set") { Description = "Change one setting of the data; may be given several times. An unknown key lists all.", HelpName = "KEY=VALUE" };
    private readonly Option<bool> _json = CommonOptions.Json();

    private DataPrepareVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new DataPrepareVerb(console);
        var command = new Command("prepare", "Tokenise training data into the cache, so that convert starts at once.") { verb._files, verb._model, verb._set, verb._json };
        verb._data.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => verb.Run(parsed, cancellationToken), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = DataSettings.Set(_data.Options(parsed) with { DataCache = DataCacheFolder.Find() }, parsed.GetValue(_set) ?? []);
        if (options.DataCache is null)
        {
            throw new CliException("There is no cache to prepare: name a folder with --set data_cache=DIR, or with the variable LORADIFF_CACHE.");
        }

        var text = CheckpointText.Open(HubFolder.Find(parsed.GetRequiredValue(_model), _console, cancellationToken, textOnly: true));
        using var data = TrainingData.Load(DataSettings.Sources(parsed.GetRequiredValue(_files)), text.Tokenizer, text.Renderer(), options, cancellationToken);
        foreach (var problem in data.Problems)
        {
            _console.Error.WriteLine(problem);
        }

        if (parsed.GetValue(_json))
        {
            JsonOutput.Write(_console, new { Cache = data.Cache, data.CacheFile, Bytes = new FileInfo(data.CacheFile!).Length, data.Records, Documents = data.Samples.Count, EvaluationDocuments = data.Evaluation.Count, data.Truncated, data.Skipped });
            return;
        }

        Format.Pairs(_console.Out,
        [
            ("cache", $"{data.Cache.ToString().ToLowerInvariant()}, {data.CacheFile}"),
            ("records", data.Records.ToString("N0", CultureInfo.InvariantCulture)),
            ("documents", string.Create(CultureInfo.InvariantCulture, $"{data.Samples.Count:N0}, and {data.Evaluation.Count:N0} for evaluation")),
            ("cut off", data.Truncated.ToString("N0", CultureInfo.InvariantCulture)),
            ("left out", data.Skipped.ToString("N0", CultureInfo.InvariantCulture)),
        ]);
    }
}
