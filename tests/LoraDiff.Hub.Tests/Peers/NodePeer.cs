using LoraDiff.Peers;

namespace LoraDiff.Hub.Tests.Peers;

/// <summary>The Hub's JavaScript client where a machine has one: <c>LORADIFF_NODE_PEERS</c> or <c>/tmp/nodepeers</c> names a folder whose <c>node_modules</c> holds <c>@huggingface/hub</c>.</summary>
internal static class NodePeer
{
    private static readonly PeerProgram Node = new("node", "LORADIFF_NODE_PEERS", "/tmp/nodepeers", "node_modules/@huggingface/hub", "a folder where `npm install @huggingface/hub` was run");

    public static string? Absent => Node.Absent;

    public static async Task<string> RunAsync(string script, HubFixture fixture)
        => (await Node.RunAsync(["--input-type=module", "-e", script], [("HUB", fixture.Hub.Address.ToString().TrimEnd('/')), ("TOKEN", fixture.Hub.Token)])).Trim();
}
