using LoraDiff.Peers;

namespace LoraDiff.Hub.Tests.Peers;

/// <summary>Python's huggingface_hub where a machine has one.</summary>
internal static class PythonPeer
{
    private static readonly PeerProgram Python = PeerProgram.Python("huggingface_hub");

    public static string? Absent => Python.Absent;

    public static async Task<string> RunAsync(string script, HubFixture fixture, string cache, params (string Name, string Value)[] environment)
    {
        (string, string)[] ours =
        [
            ("HF_ENDPOINT", fixture.Hub.Address.ToString().TrimEnd('/')),
            ("HF_HUB_CACHE", cache),
            ("HF_HOME", fixture.At("home")),
            ("HF_HUB_DISABLE_XET", "1"),
            ("HF_HUB_DISABLE_PROGRESS_BARS", "1"),
            ("HF_TOKEN", fixture.Hub.Token),
        ];
        return (await Python.RunAsync(["-s", "-c", script], [.. ours, .. environment])).Trim();
    }
}
