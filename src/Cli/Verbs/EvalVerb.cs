using System.CommandLine;
using System.Globalization;
using LoraDiff.Adapters;
using LoraDiff.Cli.Display;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Hub.Cards;
using Spectre.Console;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff eval</c>: how many prompts of a file are answered right, at how many tokens per forward.</summary>
internal sealed class EvalVerb
{
    private readonly CliConsole _console;
    private readonly CommonOptions _common = new();
    private readonly DecodingOptions _decoding = new();
    private readonly Option<string> _data = new("--data") { Description = "JSONL with prompt, answer, and optionally completion and kind a line.", Required = true, HelpName = "FILE" };
    private readonly NumberOption<int> _limit = new("--limit", "Take only the first lines.", "N", 1, int.MaxValue);

    private readonly Option<string?> _record = new("--record") { Description = "Add the result to eval.json in this adapter folder, from which its card is made.", HelpName = "DIR" };

    private EvalVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new EvalVerb(console);
        var command = new Command("eval", "Measure exact-answer accuracy, tokens per forward and likelihood.");
        verb._decoding.AddTo(command);
        command.Add(verb._data);
        command.Add(verb._limit.Option);
        command.Add(verb._record);
        verb._common.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => verb.Run(parsed, cancellationToken), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var limit = _limit.Value(parsed);
        var options = _decoding.Generation(parsed, _common);
        if (parsed.GetValue(_record) is { } record)
        {
            if (!File.Exists(Path.Combine(record, AdapterFolder.ConfigName)))
            {
                throw new CliException($"--record is '{record}', which is not an adapter's folder: there is no {AdapterFolder.ConfigName}. Name the folder that convert made.");
            }

            EvaluationFile.RequireWritable(record);
        }

        var samples = EvaluationSample.ReadFile(parsed.GetRequiredValue(_data), limit, cancellationToken);
        using var model = _decoding.Load(parsed, _common, _console, cancellationToken);
        var evaluator = new Evaluator(model.Model, model.Tokenizer, _decoding.Decoder(parsed, model), model.Render);
        EvaluationReport report;
        using (var display = EvaluationDisplay.Start(_console))
        {
            report = evaluator.Evaluate(samples, options, progress: display, cancellationToken: cancellationToken);
        }

        if (parsed.GetValue(_record) is { } folder)
        {
            EvaluationFile.Add(folder, Record(parsed, model, report));
        }

        if (_common.IsJson(parsed))
        {
            JsonOutput.Write(_console, new { report.Accuracy, report.Correct, report.Total, report.ByKind, report.NllPerToken, report.Tpf, report.Nfe, report.GeneratedTokens, report.TokensPerSecond });
        }
        else
        {
            Print(report);
        }
    }

    private CardEvaluation Record(ParseResult parsed, LanguageModel model, EvaluationReport report)
        => EvaluationFile.Of(report, parsed.GetRequiredValue(_data), model.Adapter is not null, _decoding.Describe(parsed, model), CommandText.Of(parsed));

    private void Print(EvaluationReport report)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("kind", "right", "of", "accuracy");
        foreach (var (kind, accuracy) in report.ByKind)
        {
            AddRow(table, kind, accuracy.Correct, accuracy.Total, accuracy.Accuracy);
        }

        AddRow(table, "all", report.Correct, report.Total, report.Accuracy);
        _console.Tables.Write(table);
        var likelihood = report.NllPerToken is { } nll ? string.Create(CultureInfo.InvariantCulture, $", {nll:F4} nats per token") : "";
        _console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Tpf:F2} tokens per forward ({report.GeneratedTokens} tokens, {report.Nfe} forwards), {report.TokensPerSecond:F0} tokens/s{likelihood}"));
    }

    private static void AddRow(Table table, string kind, int correct, int total, double accuracy)
        => table.AddRow(Markup.Escape(kind), correct.ToString(CultureInfo.InvariantCulture), total.ToString(CultureInfo.InvariantCulture), accuracy.ToString("P1", CultureInfo.InvariantCulture));
}
