using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Analysis;

namespace LoraDiff.Cli.Display;

/// <summary>Shows an evaluation on standard error: a line that is redrawn on a terminal, else a plain line every hundred samples.</summary>
internal sealed class EvaluationDisplay : IProgress<EvaluationProgress>, IDisposable
{
    private readonly CliConsole _console;
    private readonly LiveBar? _bar;

    private EvaluationDisplay(CliConsole console) => (_console, _bar) = (console, console.IsLive ? new LiveBar(console.Progress) : null);

    public static EvaluationDisplay Start(CliConsole console) => new(console);

    public void Report(EvaluationProgress value)
    {
        if (_bar is not null)
        {
            _bar.Update((double)value.Done / value.Total, Line(value));
        }
        else if (value.Done % 100 == 0 || value.Done == value.Total)
        {
            _console.Error.WriteLine(Line(value));
        }
    }

    public void Dispose() => _bar?.Dispose();

    private static string Line(EvaluationProgress p) => string.Create(CultureInfo.InvariantCulture, $"{p.Done}/{p.Total} decoded, {p.Correct} right, {p.Tpf:F2} tokens per forward");
}
