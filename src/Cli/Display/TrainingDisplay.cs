using System.Globalization;
using LoraDiff.Cli.Hosting;
using LoraDiff.Conversion.Training;
using Spectre.Console;

namespace LoraDiff.Cli.Display;

/// <summary>Shows training on standard error: a line that is redrawn on a terminal, else a plain line every ten seconds.</summary>
internal sealed class TrainingDisplay : IProgress<TrainingProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly CliConsole _console;
    private readonly LiveBar? _bar;
    private TimeSpan _last = -Interval;

    private TrainingDisplay(CliConsole console) => (_console, _bar) = (console, console.IsLive ? new LiveBar(console.Progress) : null);

    public static TrainingDisplay Start(CliConsole console) => new(console);

    public void Report(TrainingProgress value)
    {
        if (_bar is not null)
        {
            _bar.Update(value.Fraction, Line(value));
        }
        else if (value.Elapsed - _last >= Interval || value.Fraction >= 1)
        {
            _last = value.Elapsed;
            _console.Error.WriteLine(Line(value));
        }

        if (value.Evaluation is { } evaluation)
        {
            var text = string.Join(", ", evaluation.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Key} {e.Value:G4}")));
            _console.Error.WriteLine($"step {value.Step}: {text}");
        }
    }

    public void Dispose() => _bar?.Dispose();

    private static string Line(TrainingProgress p) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {p.Step}{(p.Steps is { } steps ? $"/{steps}" : "")}  block {p.BlockSize}  loss {p.Loss:F3} (diffusion {p.DiffusionLoss:F3}, ar {p.ArLoss:F3})  {p.TokensPerSecond:F0} tokens/s  {Format.Duration(p.Elapsed)} done, {Format.Duration(p.Remaining)} left");
}
