using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Generation;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff generate</c>: answers one prompt.</summary>
internal sealed class GenerateVerb
{
    private readonly CliConsole _console;
    private readonly CommonOptions _common = new();
    private readonly DecodingOptions _decoding = new();
    private readonly Option<string> _prompt = new("--prompt") { Description = "What to say to the model; - reads standard input.", Required = true, HelpName = "TEXT" };
    private readonly Option<bool> _stream = new("--stream") { Description = "Print text as it becomes final (with --json: on standard error)." };
    private readonly NumberOption<double> _temperature = new("--temperature", "0 takes the most likely token.", "X", 0, double.MaxValue);
    private readonly NumberOption<double> _topP = new("--top-p", "Draw among the tokens that together hold this probability.", "X", 0, 1, isOpen: true, otherwise: 1);
    private readonly NumberOption<int> _topK = new("--top-k", "Draw among so many tokens; 0 is all.", "N", 0, int.MaxValue);
    private readonly Option<string[]> _stop = new("--stop") { Description = "A text that ends the answer; may be given several times.", HelpName = "TEXT" };

    private GenerateVerb(CliConsole console) => _console = console;

    public static Command Create(CliConsole console)
    {
        var verb = new GenerateVerb(console);
        var command = new Command("generate", "Answer a prompt, token by token or by diffusion.");
        verb._decoding.AddTo(command);
        foreach (var option in (Option[])[verb._prompt, verb._stream, verb._temperature.Option, verb._topP.Option, verb._topK.Option, verb._stop])
        {
            command.Add(option);
        }

        verb._common.AddTo(command);
        command.SetAction((parsed, cancellationToken) => Task.Run(() => verb.Run(parsed, cancellationToken), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _decoding.Generation(parsed, _common) with
        {
            Temperature = _temperature.Value(parsed) ?? 0,
            TopP = _topP.Value(parsed)!.Value,
            TopK = _topK.Value(parsed) ?? 0,
            StopStrings = parsed.GetValue(_stop) is { } stop && stop.Contains("") ? throw new CliException("--stop is ''; it must be a text, which ends the answer where it comes.") : parsed.GetValue(_stop) ?? [],
        };
        var prompt = parsed.GetRequiredValue(_prompt) is var text && text == "-" ? Console.In.ReadToEnd() : text;
        using var model = _decoding.Load(parsed, _common, _console, cancellationToken);
        var decoder = _decoding.Decoder(parsed, model);
        var json = _common.IsJson(parsed);
        var streaming = parsed.GetValue(_stream) ? json ? _console.Error : _console.Out : null;
        var watch = Stopwatch.StartNew();
        GenerationResult? result = null;
        foreach (var chunk in decoder.Stream([model.Encode(prompt)], options, cancellationToken: cancellationToken))
        {
            streaming?.Write(chunk.Text);
            streaming?.Flush();
            result = chunk.Result ?? result;
        }

        streaming?.WriteLine();
        Report(json, streaming is not null, result!, watch.Elapsed.TotalSeconds);
    }

    private void Report(bool json, bool streamed, GenerationResult result, double seconds)
    {
        var speed = result.GeneratedTokens / seconds;
        if (json)
        {
            JsonOutput.Write(_console, new { result.Text, result.TokenIds, result.FinishReason, result.GeneratedTokens, result.Nfe, result.Tpf, TokensPerSecond = speed });
            return;
        }

        if (!streamed)
        {
            _console.Out.WriteLine(result.Text);
        }

        _console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.GeneratedTokens} tokens in {result.Nfe} forwards: {result.Tpf:F2} tokens per forward, {speed:F0} tokens/s"));
    }
}
