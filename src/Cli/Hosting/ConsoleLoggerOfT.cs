using Microsoft.Extensions.Logging;

namespace LoraDiff.Cli.Hosting;

/// <summary><see cref="ConsoleLogger"/> for a library that asks for a logger of its own.</summary>
internal sealed class ConsoleLogger<T>(CliConsole console) : ILogger<T>
{
    private readonly ConsoleLogger _lines = new(console);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => _lines.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => _lines.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => _lines.Log(logLevel, eventId, state, exception, formatter);
}
