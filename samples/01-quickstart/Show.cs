using System.Globalization;
using LoraDiff.Conversion.Analysis;
using LoraDiff.Conversion.Training;
using Spectre.Console;

namespace LoraDiff.Samples.Quickstart;

/// <summary>Output: live bars on a terminal, plain lines elsewhere.</summary>
internal static class Show
{
    private static bool IsLive { get; } = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("CI") is null;

    /// <summary>Colours and redrawing on a terminal only.</summary>
    public static IAnsiConsole Screen { get; } = CreateScreen();

    public static void Heading(string text)
    {
        Screen.WriteLine();
        Screen.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    public static void Line(string text) => Console.WriteLine(text);

    public static T Training<T>(Func<IProgress<TrainingProgress>, T> job, List<TrainingProgress> curve)
    {
        var next = TimeSpan.Zero;
        return WithBar(update => job(new Direct<TrainingProgress>(p =>
        {
            curve.Add(p);
            var text = string.Create(CultureInfo.InvariantCulture, $"step {p.Step}  block {p.BlockSize,2}  diffusion loss {p.DiffusionLoss:F3}  ar loss {p.ArLoss:F3}  {p.TokensPerSecond:F0} tokens/s  {p.Remaining:m\\:ss} left");
            update(p.Fraction, text, p.Elapsed >= next);
            next = p.Elapsed >= next ? p.Elapsed + TimeSpan.FromSeconds(10) : next;
        })));
    }

    public static EvaluationReport Evaluation(string name, Func<IProgress<EvaluationProgress>, EvaluationReport> job)
    {
        var report = WithBar(update => job(new Direct<EvaluationProgress>(p => update(
            (double)p.Done / p.Total,
            string.Create(CultureInfo.InvariantCulture, $"{p.Correct} of {p.Done} right, {p.Tpf:F2} tokens per forward"),
            p.Done % 200 == 0 && p.Done < p.Total))));
        Line(string.Create(CultureInfo.InvariantCulture, $"{name}: {report.Correct} of {report.Total} right ({report.Accuracy:P1}), {report.Tpf:F2} tokens per forward, {report.TokensPerSecond:F0} tokens/s"));
        return report;
    }

    public static void Summary(IEnumerable<(string Name, EvaluationReport Report)> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("", "right", "accuracy", "tokens per forward", "tokens/s");
        foreach (var (name, report) in rows)
        {
            table.AddRow(
                Markup.Escape(name), $"{report.Correct}/{report.Total}", report.Accuracy.ToString("P1", CultureInfo.InvariantCulture),
                report.Tpf.ToString("F2", CultureInfo.InvariantCulture), report.TokensPerSecond.ToString("F0", CultureInfo.InvariantCulture));
        }

        Screen.Write(table);
    }

    private static IAnsiConsole CreateScreen()
    {
        if (IsLive)
        {
            return AnsiConsole.Console;
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        plain.Profile.Width = 200;
        return plain;
    }

    private static T WithBar<T>(Func<Action<double, string, bool>, T> job)
    {
        if (!IsLive)
        {
            return job((_, text, isDue) =>
            {
                if (isDue)
                {
                    Line(text);
                }
            });
        }

        return Screen.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: 1);
                return job((fraction, text, _) => (task.Value, task.Description) = (fraction, Markup.Escape(text)));
            });
    }

    /// <summary>Reports on the caller's thread, unlike <see cref="Progress{T}"/>.</summary>
    private sealed class Direct<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
