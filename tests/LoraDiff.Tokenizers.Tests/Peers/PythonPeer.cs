using LoraDiff.Peers;

namespace LoraDiff.Tokenizers.Tests.Peers;

/// <summary>A Python with Hugging Face's tokenizers, where the machine has one; only comparisons use it.</summary>
internal static class PythonPeer
{
    private static readonly PeerProgram Python = PeerProgram.Python("tokenizers");

    /// <summary>Why it cannot be asked, or null where it can.</summary>
    public static string? Absent => Python.Absent;

    /// <summary>Runs a script with some input on its standard input and gives back what it writes.</summary>
    public static string Run(string script, string input)
        => Python.RunAsync(["-s", "-X", "utf8", "-c", script], [("TOKENIZERS_PARALLELISM", "false")], input).GetAwaiter().GetResult();
}
