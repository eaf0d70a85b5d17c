using LoraDiff.Hub.Publishing;

namespace LoraDiff.Hub.Tests.Peers;

/// <summary>The JavaScript client against the fake Hub: what it uploads arrives, what we push it reads.</summary>
public sealed class NodeTests
{
    [SkippableFact]
    public async Task Node_UploadsToTheFakeHub_WholeAndInParts()
    {
        Skip.If(NodePeer.Absent is not null, NodePeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.PartSize = 4096;
        var script = """
            import * as hub from "@huggingface/hub";
            const on = { repo: { type: "model", name: "me/model" }, accessToken: process.env.TOKEN, hubUrl: process.env.HUB, useXet: false };
            await hub.createRepo(on);
            const files = [{ path: "README.md", content: new Blob(["# hello"]) }, { path: "whole.bin", content: new Blob(["x".repeat(3000)]) }, { path: "parts.safetensors", content: new Blob(["y".repeat(25600)]) }];
            const first = await hub.uploadFiles({ ...on, files, commitTitle: "first" });
            await hub.deleteFile({ ...on, path: "README.md" });
            const pr = await hub.uploadFiles({ ...on, files: [{ path: "pr.txt", content: new Blob(["pr"]) }], isPullRequest: true });
            console.log(first.commit.oid, pr.pullRequestUrl);
            """;
        var lines = await NodePeer.RunAsync(script, fixture);

        var repository = fixture.Hub.Find("me/model")!;
        Assert.Equal(["parts.safetensors", "whole.bin"], repository.Head.Files.Keys);
        Assert.Equal(new string('y', 25_600), repository.Head.Files["parts.safetensors"].Text);
        Assert.Equal($"{repository.Head.Parent} {fixture.Hub.Address}me/model/discussions/1", lines);
        Assert.Contains("pr.txt", repository.Find("refs/pr/1")!.Files.Keys);
    }

    [SkippableFact]
    public async Task Node_ReadsWhatWePushed()
    {
        Skip.If(NodePeer.Absent is not null, NodePeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.PartSize = 4096;
        var client = fixture.Client(withToken: true);
        await client.CreateRepositoryAsync(new("me/model"), isPrivate: true);
        await client.CommitAsync(new("me/model"), [CommitOperation.Add("sub/a.txt", "text"u8.ToArray()), CommitOperation.Add("w.safetensors", new byte[20_000])]);

        var script = """
            import * as hub from "@huggingface/hub";
            const on = { repo: { type: "model", name: "me/model" }, accessToken: process.env.TOKEN, hubUrl: process.env.HUB };
            const names = [];
            for await (const entry of hub.listFiles({ ...on, recursive: true })) names.push(`${entry.type} ${entry.path} ${entry.size}`);
            console.log(names.join(", "));
            console.log(await (await hub.downloadFile({ ...on, path: "sub/a.txt" })).text(), (await (await hub.downloadFile({ ...on, path: "w.safetensors" })).arrayBuffer()).byteLength);
            """;
        var lines = (await NodePeer.RunAsync(script, fixture)).Split('\n');

        Assert.Equal("directory sub 0, file sub/a.txt 4, file w.safetensors 20000", lines[0]);
        Assert.Equal("text 20000", lines[1]);
    }
}
