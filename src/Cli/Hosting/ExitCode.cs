namespace LoraDiff.Cli.Hosting;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The job failed; one line on standard error says why.</summary>
    public const int Failure = 1;

    /// <summary>The command line was not understood.</summary>
    public const int Usage = 2;

    /// <summary>Stopped by Ctrl-C, after saving: 128 + SIGINT.</summary>
    public const int Cancelled = 130;
}
