using LoraDiff.Hub.Cards;
using LoraDiff.Hub.Publishing;
using LoraDiff.Hub.Tests.Cards;

namespace LoraDiff.Hub.Tests.Peers;

/// <summary>Python's client writes to the fake Hub, so that the fake is checked by a client that we did not write, and reads what we pushed.</summary>
public sealed class PythonWriteTests
{
    [SkippableFact]
    public async Task Python_UploadsToTheFakeHub_WholeAndInParts()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.PartSize = 4096;
        var script = """
            import huggingface_hub as h, io
            a = h.HfApi()
            a.create_repo('me/model', private=True, exist_ok=True)
            a.create_repo('me/model', exist_ok=True)
            ops = lambda: [h.CommitOperationAdd('README.md', b'# hello'), h.CommitOperationAdd('whole.bin', b'x' * 3000), h.CommitOperationAdd('parts.safetensors', io.BytesIO(bytes(range(256)) * 100)), h.CommitOperationAdd('old/a.txt', b'a')]
            c = a.create_commit('me/model', ops(), commit_message='first')
            d = a.create_commit('me/model', ops(), commit_message='again')
            a.create_branch('me/model', branch='b/c')
            a.create_tag('me/model', tag='v1')
            e = a.create_commit('me/model', [h.CommitOperationDelete('old/', is_folder=True), h.CommitOperationDelete('README.md')], commit_message='gone', revision='b/c', parent_commit=c.oid)
            p = a.create_commit('me/model', [h.CommitOperationAdd('pr.txt', b'pr')], commit_message='pr', create_pr=True)
            a.create_commit('me/model', [h.CommitOperationAdd('pr2.txt', b'pr')], commit_message='pr', revision=p.pr_revision)
            try: a.create_commit('me/model', [h.CommitOperationAdd('x', b'x')], commit_message='x', revision='b/c', parent_commit=c.oid)
            except h.errors.HfHubHTTPError as error: print(error.response.status_code)
            print(c.oid == d.oid, p.pr_revision)
            """;
        var lines = (await PythonPeer.RunAsync(script, fixture, fixture.Cache)).Split('\n').Select(l => l.Trim()).ToArray();

        Assert.Equal(["412", "True refs/pr/1"], lines);
        var repository = fixture.Hub.Find("me/model")!;
        Assert.True(repository.IsPrivate);
        Assert.Equal(["README.md", "old/a.txt", "parts.safetensors", "whole.bin"], repository.Head.Files.Keys);
        Assert.Equal(25_600, repository.Head.Files["parts.safetensors"].Size);
        Assert.Equal(["parts.safetensors", "whole.bin"], repository.Find("b/c")!.Files.Keys);
        Assert.Equal(repository.Head.Id, repository.Tags["v1"]);
        Assert.Contains("pr2.txt", repository.Find("refs/pr/1")!.Files.Keys);
    }

    [SkippableFact]
    public async Task Python_DownloadsWhatWePushed_AndFindsNothingToUpload()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        fixture.Hub.PartSize = 4096;
        var client = fixture.Client(withToken: true);
        await client.CreateRepositoryAsync(new("me/model"));
        Directory.CreateDirectory(fixture.At("folder", "sub"));
        await File.WriteAllTextAsync(fixture.At("folder", "sub", "a b.txt"), "text");
        await File.WriteAllBytesAsync(fixture.At("folder", "w.safetensors"), [.. Enumerable.Range(0, 20_000).Select(i => (byte)i)]);
        await client.UploadFolderAsync(new("me/model"), fixture.At("folder"));
        var head = fixture.Hub.Find("me/model")!.Head.Id;

        var script = $"""
            import huggingface_hub as h
            p = h.snapshot_download('me/model')
            print(open(p + '/sub/a b.txt').read(), len(open(p + '/w.safetensors', 'rb').read()))
            print(h.upload_folder(repo_id='me/model', folder_path='{fixture.At("folder")}').oid)
            """;
        var lines = (await PythonPeer.RunAsync(script, fixture, fixture.Cache)).Split('\n').Select(l => l.Trim()).ToArray();

        Assert.Equal(["text 20000", head], lines);
    }

    [SkippableFact]
    public async Task Python_ReadsOurCard()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        await File.WriteAllTextAsync(fixture.At("README.md"), AdapterCardTests.Example.ApplyTo().ToString());

        var script = $"""
            import huggingface_hub as h
            c = h.ModelCard.load('{fixture.At("README.md")}')
            d = c.data
            print(d.base_model, d.license, d.language, d.tags, d.datasets, d.library_name, d.to_dict()['base_model_relation'])
            print([(e.dataset_name, e.metric_type, e.metric_value) for e in d.eval_results])
            print(c.text.strip().split()[1])
            """;
        var lines = (await PythonPeer.RunAsync(script, fixture, fixture.Cache)).Split('\n').Select(l => l.Trim()).ToArray();

        Assert.Equal("Qwen/Qwen3-0.6B apache-2.0 ['en', 'no'] ['base_model:adapter:Qwen/Qwen3-0.6B', 'lora', 'transformers', 'loradiff', 'block-diffusion'] ['org/data'] peft adapter", lines[0]);
        Assert.Equal("[('eval.jsonl', 'accuracy', 0.893), ('eval.jsonl', 'tokens_per_forward', 3.87)]", lines[1]);
        Assert.Equal("my-adapter", lines[2]);
    }

    [SkippableFact]
    public async Task OurCard_ReadsWhatPythonWrote()
    {
        Skip.If(PythonPeer.Absent is not null, PythonPeer.Absent);
        await using var fixture = await HubFixture.StartAsync();
        var script = """
            import huggingface_hub as h
            print(h.ModelCard('---\n' + h.ModelCardData(license='mit', tags=['no', 'häl 🤗', '2024-01-01'], language='no', base_model='a/b', model_name='x: y').to_yaml() + '\n---\n# T').content)
            """;
        var card = ModelCard.Parse(await PythonPeer.RunAsync(script, fixture, fixture.Cache, ("PYTHONIOENCODING", "utf-8")));

        Assert.Equal(("mit", "no", "a/b"), (card.Metadata["license"], card.Metadata["language"], card.Metadata["base_model"]));
        Assert.Equal(["no", "häl 🤗", "2024-01-01"], card.Metadata.Texts("tags"));
        Assert.Empty(ModelCardRules.Check(card));
    }
}
