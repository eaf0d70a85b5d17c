using System.CommandLine;
using LoraDiff.Cli.Hosting;

namespace LoraDiff.Cli.Verbs;

/// <summary><c>loradiff data</c>: what training data holds, and tokenising it ahead.</summary>
internal static class DataVerb
{
    public static Command Create(CliConsole console) => new("data", "Look at training data as the model will see it, or tokenise it ahead.")
    {
        DataInspectVerb.Create(console),
        DataPrepareVerb.Create(console),
    };
}
