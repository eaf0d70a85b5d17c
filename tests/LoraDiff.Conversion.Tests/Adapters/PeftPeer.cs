using System.Text.Json.Nodes;
using LoraDiff.Fixtures;
using LoraDiff.Peers;

namespace LoraDiff.Conversion.Tests.Adapters;

/// <summary>Python's PEFT, with torch and transformers, where a machine has one.</summary>
internal static class PeftPeer
{
    private static readonly PeerProgram Python = PeerProgram.Python("peft");

    /// <summary>Why PEFT cannot be asked, or null where it can.</summary>
    public static string? Absent => Python.Absent;

    /// <summary>Runs all jobs in one process.</summary>
    /// <param name="jobs">What to do.</param>
    /// <param name="folder">A folder for question and answer.</param>
    /// <param name="scriptName">The script, below the tests' folder.</param>
    public static JsonArray Ask(JsonArray jobs, string folder, string scriptName = "Adapters/peft_peer.py")
    {
        var (question, answer) = (Path.GetFullPath(Path.Combine(folder, "jobs.json")), Path.GetFullPath(Path.Combine(folder, "out.json")));
        File.WriteAllText(question, jobs.ToJsonString());
        var script = Path.Combine(FixtureFolder.Repository, "tests", "LoraDiff.Conversion.Tests", scriptName);
        Python.RunAsync(["-s", script, question, answer], [("HF_HUB_OFFLINE", "1")]).GetAwaiter().GetResult();
        return JsonNode.Parse(File.ReadAllText(answer))!.AsArray();
    }
}
