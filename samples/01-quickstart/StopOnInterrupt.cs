namespace LoraDiff.Samples.Quickstart;

/// <summary>Ctrl-C asks the job to stop; a second one ends the process.</summary>
internal sealed class StopOnInterrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public StopOnInterrupt() => Console.CancelKeyPress += Stop;

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= Stop;
        _source.Dispose();
    }

    private void Stop(object? sender, ConsoleCancelEventArgs signal)
    {
        signal.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
