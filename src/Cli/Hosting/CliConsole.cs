using Spectre.Console;

namespace LoraDiff.Cli.Hosting;

/// <summary>
/// Where the tool writes: results go to <see cref="Out"/>, progress, warnings and errors to <see cref="Error"/>. Tests pass string writers.
/// </summary>
internal sealed class CliConsole
{
    private CliConsole(TextWriter output, TextWriter error, IAnsiConsole tables, IAnsiConsole progress, bool isLive)
        => (Out, Error, Tables, Progress, IsLive) = (output, error, tables, progress, isLive);

    /// <summary>Standard output: the result, and nothing else.</summary>
    public TextWriter Out { get; }

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Draws tables on <see cref="Out"/>.</summary>
    public IAnsiConsole Tables { get; }

    /// <summary>Draws progress on <see cref="Error"/>.</summary>
    public IAnsiConsole Progress { get; }

    /// <summary>Whether <see cref="Error"/> is a terminal whose lines can be redrawn.</summary>
    public bool IsLive { get; }

    public static CliConsole ForProcess()
    {
        var isLive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("CI") is null;
        return new(Console.Out, Console.Error, Ansi(Console.Out, !Console.IsOutputRedirected), Ansi(Console.Error, isLive), isLive);
    }

    public static CliConsole ForWriters(TextWriter output, TextWriter error) => new(output, error, Ansi(output, isTerminal: false), Ansi(error, isTerminal: false), isLive: false);

    private static IAnsiConsole Ansi(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!isTerminal)
        {
            // A file or a pipe has no width: let long paths stay on one line.
            console.Profile.Width = 160;
        }

        return console;
    }
}
