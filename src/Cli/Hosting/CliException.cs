namespace LoraDiff.Cli.Hosting;

/// <summary>What the user asked for cannot be done; the message says why and what to do.</summary>
internal sealed class CliException(string message) : Exception(message);
