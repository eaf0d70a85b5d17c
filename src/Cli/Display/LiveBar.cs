using Spectre.Console;

namespace LoraDiff.Cli.Display;

/// <summary>One bar and one line of text below it that are redrawn in place, on a thread of their own, while a job that blocks reports.</summary>
internal sealed class LiveBar : IDisposable
{
    private readonly ManualResetEventSlim _end = new();
    private readonly Task _drawing;
    private volatile State _state = new(0, "starting");

    public LiveBar(IAnsiConsole console) => _drawing = Task.Run(() => Draw(console));

    public void Update(double fraction, string text) => _state = new State(fraction, text);

    public void Dispose()
    {
        _end.Set();
        _drawing.GetAwaiter().GetResult();
        _end.Dispose();
    }

    private void Draw(IAnsiConsole console) => console.Progress()
        .AutoClear(false)
        .HideCompleted(false)
        .Columns(new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
        .Start(context =>
        {
            var task = context.AddTask("starting", maxValue: 1);
            bool ended;
            do
            {
                ended = _end.Wait(TimeSpan.FromMilliseconds(250));
                var state = _state;
                task.Value = state.Fraction;
                task.Description = Markup.Escape(state.Text);
            }
            while (!ended);
        });

    private sealed record State(double Fraction, string Text);
}
