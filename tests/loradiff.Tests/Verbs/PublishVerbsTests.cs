using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Publishing;
using LoraDiff.Hub;
using LoraDiff.Hub.Cards;
using LoraDiff.Hub.Tests.Fake;

namespace LoraDiff.Cli.Tests.Verbs;

public sealed class PublishVerbsTests(TrainedAdapter trained) : IClassFixture<TrainedAdapter>, IAsyncLifetime
{
    private HubPlace _places = null!;
    private string _adapter = null!;

    private FakeHub Hub => _places.Hub;

    public async Task InitializeAsync()
    {
        _places = await HubPlace.StartAsync(withToken: true);
        _adapter = _places.At("adapter");
        trained.CopyTo(_adapter);
    }

    public async Task DisposeAsync() => await _places.DisposeAsync();

    [Fact]
    public void Convert_LeavesCardTokenizerAndRecordBesideTheAdapter()
    {
        var card = ModelCard.Parse(File.ReadAllText(Path.Combine(_adapter, "README.md")));

        Assert.Equal("peft", card.Metadata["library_name"]);
        Assert.False(card.Metadata.Contains("base_model"));
        Assert.Contains("loradiff convert --model checkpoint", card.Body, StringComparison.Ordinal);
        Assert.All(["tokenizer.json", "training.json", "loss.png"], name => Assert.True(File.Exists(Path.Combine(_adapter, name)), name));
        Assert.Contains("mask_token", File.ReadAllText(Path.Combine(_adapter, "tokenizer_config.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Push_ToAFolder_NeedsNoTokenAndLoads()
    {
        Environment.SetEnvironmentVariable("HF_TOKEN", null);
        var run = Run.Of("push", _adapter, "--to-folder", _places.At("published"), "--json");

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Equal(_places.At("published"), new Uri(run.Json.GetProperty("url").GetString()!).LocalPath);
        var answer = Run.Of("generate", "--model", Places.Checkpoint, "--adapter", _places.At("published"), "--prompt", "Spell the word lamp.", "--max-new-tokens", "4", "--device", "cpu");
        Assert.Equal(ExitCode.Success, answer.Code);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public void Push_WithoutAToken_SaysInOneLineWhatToDo()
    {
        Environment.SetEnvironmentVariable("HF_TOKEN", null);
        var run = Run.Of("push", _adapter, "me/adapter");

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.DoesNotContain('\n', run.Error.TrimEnd('\n'));
        Assert.All(["HF_TOKEN", "--to-folder", "settings/tokens"], part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public void Push_ToTheHub_IsOneCommit_AndPullsAndDecodesByName()
    {
        var run = Run.Of("push", _adapter, "me/adapter", "--private", "--message", "first", "--base-model", "acme/small", "--model", Places.Checkpoint, "--json");

        Assert.Equal(ExitCode.Success, run.Code);
        var repository = Hub.Find("me/adapter")!;
        Assert.True(repository.IsPrivate);
        Assert.Equal(2, repository.CommitCount);
        Assert.Equal(repository.Head.Id, run.Json.GetProperty("commit").GetString());
        Assert.Equal("first", repository.Head.Title);
        Assert.All(["adapter_config.json", "adapter_model.safetensors", "loradiff.json", "tokenizer.json", "README.md", "loss.png"], name => Assert.Contains(name, repository.Head.Files.Keys));
        Assert.Contains("\"base_model_name_or_path\": \"acme/small\"", repository.Head.Files["adapter_config.json"].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_places.At(), string.Concat(repository.Head.Files.Where(f => !f.Value.IsLfs).Select(f => f.Value.Text)), StringComparison.Ordinal);
        var card = ModelCard.Parse(repository.Head.Files["README.md"].Text);
        Assert.Equal("acme/small", card.Metadata["base_model"]);
        Assert.Contains("base_model:adapter:acme/small", card.Metadata.Texts("tags"));

        var again = Run.Of("push", _adapter, "me/adapter", "--base-model", "acme/small", "--model", Places.Checkpoint, "--json");
        Assert.False(again.Json.GetProperty("changed").GetBoolean());
        Assert.Equal(2, repository.CommitCount);

        var pulled = Run.Of("pull", "me/adapter", "--include", "*.json", "--local-dir", _places.At("pulled"), "--json");
        Assert.Equal(_places.At("pulled"), pulled.Json.GetProperty("path").GetString());
        Assert.True(File.Exists(_places.At("pulled", "loradiff.json")));
        Assert.False(File.Exists(_places.At("pulled", "README.md")));

        var answer = Run.Of("generate", "--model", Places.Checkpoint, "--adapter", "me/adapter@main", "--prompt", "Spell the word lamp.", "--max-new-tokens", "4", "--device", "cpu");
        Assert.Equal(ExitCode.Success, answer.Code);
        Assert.Equal(ExitCode.Success, Run.Of("inspect", "me/adapter").Code);
    }

    [Fact]
    public void Push_OntoACardThatSomeoneEdited_KeepsWhatTheyWrote()
    {
        Run.Of("push", _adapter, "me/adapter");
        var repository = Hub.Find("me/adapter")!;
        var edited = repository.Head.Files["README.md"].Text.Replace("pipeline_tag: text-generation", "pipeline_tag: text2text-generation\nthumbnail: a.png # mine", StringComparison.Ordinal) + "\n## My own words\n";
        repository.Commit("main", "edit", "", files => files["README.md"] = new FakeFile(System.Text.Encoding.UTF8.GetBytes(edited), lfs: false));
        Assert.Equal(ExitCode.Success, Run.Of("eval", "--model", Places.Checkpoint, "--adapter", _adapter, "--data", Places.Eval, "--limit", "2", "--max-new-tokens", "8", "--record", _adapter, "--device", "cpu").Code);

        Assert.Equal(ExitCode.Success, Run.Of("push", _adapter, "me/adapter").Code);

        var card = repository.Head.Files["README.md"].Text;
        Assert.All(["text2text-generation", "thumbnail: a.png # mine", "## My own words", "model-index:", "--limit 2"], part => Assert.Contains(part, card, StringComparison.Ordinal));
    }

    [Fact]
    public async Task PushAsync_OfALoadedModel_PublishesAdapterAndRecipe_WithoutAFolderOfThisMachineInIt()
    {
        using var model = LanguageModel.Load(Places.Checkpoint, _adapter);
        using var client = HubClient.Create();
        var result = await model.PushAsync("me/from-code", new PublishOptions { Message = "from code" }, client);

        var head = Hub.Find("me/from-code")!.Head;
        Assert.Equal((head.Id, "from code"), (result.Commit, head.Title));
        Assert.Contains("\"base_model_name_or_path\": \"checkpoint\"", head.Files["adapter_config.json"].Text, StringComparison.Ordinal);
        Assert.Equal(ConversionRecipe.FromFolder(_adapter), ConversionRecipe.FromJson(head.Files["loradiff.json"].Text));

        model.RemoveAdapter();
        await Assert.ThrowsAsync<PublishingException>(() => model.PushAsync("me/nothing", client: client));
    }

    [Fact]
    public async Task PushAsync_OfAnAdapter_TakesTheRecipeThatItIsGiven()
    {
        using var model = LanguageModel.Load(Places.Checkpoint, _adapter);
        var result = await model.Adapter!.PushAsync("me/bare", model.Recipe!, new PublishOptions { Checkpoint = Places.Checkpoint });

        var head = Hub.Find("me/bare")!.Head;
        Assert.Equal(head.Id, result.Commit);
        Assert.Equal(model.Recipe, ConversionRecipe.FromJson(head.Files["loradiff.json"].Text));
        Assert.Equal(File.ReadAllBytes(Path.Combine(_adapter, "adapter_model.safetensors")).Length, head.Files["adapter_model.safetensors"].Bytes.Length);
    }

    [Fact]
    public void Push_WithDatasets_NamesThemInTheCard()
    {
        Assert.Equal(ExitCode.Success, Run.Of("push", _adapter, "me/adapter", "--dataset", "acme/sums", "--dataset", "acme/words").Code);

        Assert.Equal(["acme/sums", "acme/words"], ModelCard.Parse(Hub.Find("me/adapter")!.Head.Files["README.md"].Text).Metadata.Texts("datasets"));
    }

    [Fact]
    public void Data_FromTheSharedCache_IsNamedByItsRepository()
    {
        var snapshot = _places.At("datasets--acme--sums", "snapshots", "0123456789abcdef0123456789abcdef01234567");
        Directory.CreateDirectory(snapshot);
        File.WriteAllLines(Path.Combine(snapshot, "train.jsonl"), File.ReadLines(Places.Train).Take(8));
        File.WriteAllLines(Path.Combine(snapshot, "eval.jsonl"), File.ReadLines(Places.Eval).Take(2));
        var output = _places.At("from-cache");
        Assert.Equal(ExitCode.Success, Run.Of("convert", "--model", Places.Checkpoint, "--data", Path.Combine(snapshot, "train.jsonl"), "--out", output, "--steps", "1", "--device", "cpu").Code);
        Assert.Equal(ExitCode.Success, Run.Of("eval", "--model", Places.Checkpoint, "--adapter", output, "--data", Path.Combine(snapshot, "eval.jsonl"), "--max-new-tokens", "4", "--record", output, "--device", "cpu").Code);
        Assert.Equal(ExitCode.Success, Run.Of("push", output, "me/from-cache").Code);

        var text = Hub.Find("me/from-cache")!.Head.Files["README.md"].Text;
        Assert.Equal(["acme/sums"], ModelCard.Parse(text).Metadata.Texts("datasets"));
        Assert.Contains("type: acme/sums", text, StringComparison.Ordinal);
        Assert.DoesNotContain(_places.At(), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PushAsync_OfAConversion_PublishesItsFolder()
    {
        var result = new LoraDiffConverter().Convert(new ConversionRequest { Model = Places.Checkpoint, Data = Places.Train, Output = _places.At("code"), Training = new() { Steps = 1 }, DataOptions = new() { Limit = 8 } });
        var published = await result.PushAsync("me/converted");

        Assert.Equal(Hub.Find("me/converted")!.Head.Id, published.Commit);
        Assert.Contains("training.json", Hub.Find("me/converted")!.Head.Files.Keys);
    }

    [Fact]
    public void Push_AsAPullRequest_OpensOne()
    {
        Hub.Add("me/adapter");
        var run = Run.Of("push", _adapter, "me/adapter", "--create-pr", "--json");

        Assert.EndsWith("/me/adapter/discussions/1", run.Json.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.Empty(Hub.Find("me/adapter")!.Head.Files);
    }

    [Fact]
    public void Push_ToANewBranch_MakesIt()
    {
        Hub.Add("me/adapter");
        Assert.Equal(ExitCode.Success, Run.Of("push", _adapter, "me/adapter", "--revision", "v2").Code);
        Assert.Contains("adapter_config.json", Hub.Find("me/adapter")!.Find("v2")!.Files.Keys);
        Assert.Empty(Hub.Find("me/adapter")!.Head.Files);
    }

    [Fact]
    public void Model_ByName_ComesFromTheHub_AndTheAdapterRemembersItsId()
    {
        Hub.Add("acme/small").Commit("main", "model", "", files =>
        {
            foreach (var file in Directory.EnumerateFiles(Places.Checkpoint))
            {
                files[Path.GetFileName(file)] = new FakeFile(File.ReadAllBytes(file), lfs: file.EndsWith(".safetensors", StringComparison.Ordinal));
            }

            files["README.md"] = new FakeFile("---\nlicense: apache-2.0\nlanguage: en\n---\n# Small\n"u8.ToArray(), lfs: false);
        });
        var output = _places.At("by-name");
        Assert.Equal(ExitCode.Success, TrainedAdapter.Train("acme/small@main", output).Code);

        var card = ModelCard.Parse(File.ReadAllText(Path.Combine(output, "README.md")));
        Assert.Equal("acme/small", card.Metadata["base_model"]);
        Assert.Equal("apache-2.0", card.Metadata["license"]);
        Assert.Contains("\"revision\": \"main\"", File.ReadAllText(Path.Combine(output, "adapter_config.json")), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, Run.Of("push", output, "me/by-name").Code);
    }

    /// <summary>Nobody could load it, so nobody gets it.</summary>
    [Theory]
    [InlineData("adapter_model.safetensors", 0, "begins with an 8-byte header")]
    [InlineData("adapter_model.safetensors", 200_000, "Is the file cut short")]
    public void Push_OfADamagedAdapter_IsRefusedAndLeavesNothing(string file, int length, string expected)
    {
        using (var stream = File.OpenWrite(Path.Combine(_adapter, file)))
        {
            stream.SetLength(length);
        }

        RefusedPush(expected, _places.At("published"));
        Assert.False(Directory.Exists(_places.At("published")));
    }

    [Fact]
    public void Push_OfAMaskTokenThatTheBaseDoesNotHave_IsRefusedAndLeavesNothing()
    {
        ConversionRecipe.FromFolder(_adapter)!.With("mask_token_id", "2000000000").Save(_adapter);

        RefusedPush("mask_token_id 2000000000, but the vocabulary of the base model", _places.At("published"));
        Assert.False(Directory.Exists(_places.At("published")));
    }

    /// <summary>A base model is read only: the adapter's tokenizer and card would take the place of its own.</summary>
    [Fact]
    public void Push_IntoACheckpointsFolder_IsRefusedAndChangesNothing()
    {
        var checkpoint = Directory.CreateDirectory(_places.At("checkpoint")).FullName;
        File.Copy(Path.Combine(Places.Checkpoint, "config.json"), Path.Combine(checkpoint, "config.json"));

        RefusedPush("is a checkpoint's folder", checkpoint);
        Assert.Single(Directory.EnumerateFileSystemEntries(checkpoint));
    }

    [Theory]
    [InlineData("is a file; the output is a folder", "taken")]
    [InlineData("is a file. Choose another folder", "taken/below")]
    [InlineData("is '', expected a name", "")]
    [InlineData("cannot be written to", "/proc/loradiff")]
    public void Push_ToAFolderThatCannotBeWritten_IsRefused(string expected, string target)
    {
        File.WriteAllText(_places.At("taken"), "");

        RefusedPush(expected, target.StartsWith("taken", StringComparison.Ordinal) ? _places.At(target) : target);
    }

    private void RefusedPush(string expected, string target)
    {
        var run = Run.Of("push", _adapter, "me/x", "--model", Places.Checkpoint, "--to-folder", target);

        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("push", "ADAPTER")]
    [InlineData("push", "ADAPTER", "not a name")]
    [InlineData("push", "/no/such/place", "me/x")]
    [InlineData("push", "CHECKPOINT", "me/x")]
    [InlineData("push", "ADAPTER", "me/x", "--base-model", "/home/me/model")]
    [InlineData("push", "ADAPTER", "me/x", "--dataset", "/home/me/train.jsonl")]
    [InlineData("push", "ADAPTER", "--to-folder", "ADAPTER")]
    [InlineData("eval", "--model", "me/nothing", "--data", "x", "--record", "/no/such/place")]
    public void AnError_EndsInOneLine_AndNothingIsMadeAtTheHub(params string[] args)
    {
        var run = Run.Of([.. args.Select(a => a == "ADAPTER" ? _adapter : a == "CHECKPOINT" ? Places.Checkpoint : a)]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.StartsWith("loradiff: ", run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.Null(Hub.Find("me/x"));
    }
}
