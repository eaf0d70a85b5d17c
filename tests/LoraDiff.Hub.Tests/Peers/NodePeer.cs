using System.Diagnostics;

namespace LoraDiff.Hub.Tests.Peers;

/// <summary>The Hub's JavaScript client where a machine has one: <c>LORADIFF_NODE_PEERS</c> names a folder whose <c>node_modules</c> holds <c>@huggingface/hub</c>.</summary>
internal static class NodePeer
{
    private static string Folder => Environment.GetEnvironmentVariable("LORADIFF_NODE_PEERS") is { Length: > 0 } named ? named : "/tmp/nodepeers";

    public static string? Absent => Directory.Exists(Path.Combine(Folder, "node_modules", "@huggingface", "hub")) ? null : $"@huggingface/hub is not under '{Folder}/node_modules'; set LORADIFF_NODE_PEERS to a folder where `npm install @huggingface/hub` was run.";

    public static async Task<string> RunAsync(string script, HubFixture fixture)
    {
        using var process = new Process();
        process.StartInfo = new("node", ["--input-type=module", "-e", script]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Folder };
        process.StartInfo.Environment["HUB"] = fixture.Hub.Address.ToString().TrimEnd('/');
        process.StartInfo.Environment["TOKEN"] = fixture.Hub.Token;
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error);
        return (await output).Trim();
    }
}
