using System.CommandLine;
using System.CommandLine.Invocation;
using LoraDiff.Cli.Verbs;

namespace LoraDiff.Cli.Hosting;

/// <summary>The root command: parses, runs a verb, and turns every failure into one line and an exit code.</summary>
internal static class LoraDiffCommand
{
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliConsole console, CancellationToken cancellationToken = default)
    {
        var parsed = Create(console).Parse(args);
        if (parsed.Errors.Count > 0 && parsed.Action is ParseErrorAction or null)
        {
            // An argument that is not known says more than the command that is therefore missing.
            var error = parsed.UnmatchedTokens is [var unknown, ..] ? $"'{unknown}' is not known here." : parsed.Errors[0].Message;
            return Fail(console, $"{OneLine(error)} Try: {Usage(parsed)} --help", ExitCode.Usage);
        }

        using var interrupt = new Interrupt(cancellationToken);
        try
        {
            var configuration = new InvocationConfiguration { Output = console.Out, Error = console.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            var code = await parsed.InvokeAsync(configuration, interrupt.Token).ConfigureAwait(false);
            return code == ExitCode.Success && interrupt.Token.IsCancellationRequested ? ExitCode.Cancelled : code;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return Fail(console, "stopped.", ExitCode.Cancelled);
        }
        catch (Exception error)
        {
            // The last line of defence: whatever went wrong, a user gets one line. Its message names the thing at fault.
            return Fail(console, Describe(error), ExitCode.Failure);
        }
    }

    private static RootCommand Create(CliConsole console) => new("Turns autoregressive Hugging Face checkpoints into block-diffusion language models by LoRA, and runs them.")
    {
        InspectVerb.Create(console),
        DataVerb.Create(console),
        ConvertVerb.Create(console),
        GenerateVerb.Create(console),
        EvalVerb.Create(console),
        MergeVerb.Create(console),
        ExportVerb.Create(console),
        PushVerb.Create(console),
        PullVerb.Create(console),
        DoctorVerb.Create(console),
    };

    private static string Describe(Exception error)
    {
        var inner = error is AggregateException { InnerExceptions.Count: 1 } or TypeInitializationException ? error.InnerException! : error;
        if (inner is ArgumentException { ParamName: { Length: > 0 } parameter })
        {
            // What .NET adds to the message speaks of code.
            return OneLine(inner.Message.Split($" (Parameter '{parameter}')")[0]);
        }

        return OneLine(inner is NullReferenceException or InvalidCastException or IndexOutOfRangeException ? $"{inner.GetType().Name}: {inner.Message} This is a bug in loradiff; please report it." : inner.Message);
    }

    private static string Usage(ParseResult parsed) => Usage(parsed.CommandResult);

    private static string Usage(System.CommandLine.Parsing.CommandResult result)
        => result.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Usage(parent)} {result.Command.Name}" : "loradiff";

    private static int Fail(CliConsole console, string message, int code)
    {
        console.Error.WriteLine($"loradiff: {message}");
        return code;
    }

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
