using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>What cannot be used is named in one line, and nothing is written.</summary>
public sealed class BadInputTests : IDisposable
{
    private static readonly string Adapter = Path.Combine(Path.GetDirectoryName(Places.Checkpoint)!, "adapter");

    private readonly Places _places = new();

    [Theory]
    [InlineData("There is no evaluation file ", "missing.jsonl")]
    [InlineData("is a folder. Expected a JSONL file", "")]
    public void Eval_OfWhatIsNoFile_SaysWhatItExpects(string expected, string data)
        => AssertRefused(expected, "eval", "--model", Places.Checkpoint, "--data", _places.At(data));

    /// <summary>Found out only afterwards, it would cost the measurement.</summary>
    [Fact]
    public void Eval_IntoARecordThatIsDamaged_IsRefusedBeforeItMeasures()
    {
        File.Copy(Path.Combine(Adapter, "adapter_config.json"), _places.At("adapter_config.json"));
        File.WriteAllText(_places.At("eval.json"), "[{");

        AssertRefused("eval.json cannot be read: ", "eval", "--model", Places.Checkpoint, "--data", Places.Eval, "--record", _places.Folder);
        Assert.Equal("[{", File.ReadAllText(_places.At("eval.json")));
    }

    [SkippableFact]
    public void Eval_IntoAFolderThatCannotBeWritten_IsRefusedBeforeItMeasures()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Who may write everywhere cannot be refused.");
        File.Copy(Path.Combine(Adapter, "adapter_config.json"), _places.At("adapter_config.json"));
        Allow(_places.Folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        AssertRefused("cannot be written to", "eval", "--model", Places.Checkpoint, "--data", Places.Eval, "--record", _places.Folder);
    }

    [Fact]
    public void AFileWhereAFolderBelongs_IsNamed()
    {
        File.WriteAllText(_places.At("file"), "");

        AssertRefused("file' is a file; expected a folder", "generate", "--model", _places.At("file"), "--prompt", "x");
        AssertRefused("file' is a file; expected a folder", "generate", "--model", Places.Checkpoint, "--adapter", _places.At("file"), "--prompt", "x");
    }

    [SkippableFact]
    public void AFolderThatMayNotBeRead_IsNamed()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Who may read everything cannot be refused.");
        Allow(_places.Folder, UnixFileMode.None);

        AssertRefused($"The folder '{_places.Folder}' cannot be read: ", "generate", "--model", Places.Checkpoint, "--adapter", _places.Folder, "--prompt", "x");
        AssertRefused($"The folder '{_places.Folder}' cannot be read: ", "inspect", _places.Folder);
        AssertRefused($"The folder '{_places.Folder}' cannot be read: ", "push", _places.Folder, "me/x");
    }

    [Theory]
    [InlineData("chat_template.jinja", "{% for x in %}", "chat_template.jinja: ")]
    [InlineData("chat_template.jinja", "{{ raise_exception('not so') }}", "the chat template refuses the prompt: not so")]
    [InlineData("tokenizer_config.json", "[]", "tokenizer_config.json")]
    [InlineData("tokenizer_config.json", """{"bos_token": {"content": 3}}""", "tokenizer_config.json is not what was expected")]
    public void Generate_OverADamagedTemplate_NamesTheFileOrWhoseWordsTheyAre(string file, string text, string expected)
    {
        CopyCheckpoint();
        File.WriteAllText(_places.At(file), text);

        AssertRefused(expected, "generate", "--model", _places.Folder, "--prompt", "x");
    }

    /// <summary>The copy that is worked on is gone by the time anyone reads the message.</summary>
    [Fact]
    public void Merge_OverADamagedTokenizer_NamesTheModelsFile()
    {
        CopyCheckpoint();
        File.WriteAllText(_places.At("tokenizer_config.json"), "{");

        AssertRefused(_places.At("tokenizer_config.json"), "merge", "--model", _places.Folder, "--adapter", Adapter, "--out", _places.At("merged"));
        Assert.False(Directory.Exists(_places.At("merged")));
    }

    [Theory]
    [InlineData("""{"mask_token_id": -4}""", "loradiff.json: mask_token_id is -4")]
    [InlineData("", "loradiff.json cannot be read: ")]
    [InlineData(null, "loradiff.json cannot be read: ")]
    public void Inspect_OfAnAdapterWithADamagedRecipe_NamesTheFile(string? recipe, string expected)
    {
        foreach (var name in (string[])["adapter_config.json", "adapter_model.safetensors"])
        {
            File.Copy(Path.Combine(Adapter, name), _places.At(name));
        }

        if (recipe is null)
        {
            File.CreateSymbolicLink(_places.At("loradiff.json"), "nowhere");
        }
        else if (recipe.Length == 0)
        {
            Directory.CreateDirectory(_places.At("loradiff.json"));
        }
        else
        {
            File.WriteAllText(_places.At("loradiff.json"), recipe);
        }

        AssertRefused(expected, "inspect", _places.Folder);
    }

    [Theory]
    [InlineData("Expected owner/name, for example Qwen/Qwen3-0.6B.\n", "a/b/c")]
    [InlineData("names no revision after it.\n", "me/x@")]
    [InlineData("--revision is empty; expected a branch", "me/x", "--revision", "")]
    public void Pull_OfWhatIsNoName_SpeaksOfNoParameter(string expected, params string[] arguments)
    {
        var run = Run.Of(["pull", .. arguments]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    public void Dispose()
    {
        Allow(_places.Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _places.Dispose();
    }

    private void CopyCheckpoint()
    {
        foreach (var file in Directory.EnumerateFiles(Places.Checkpoint))
        {
            File.Copy(file, _places.At(Path.GetFileName(file)));
        }
    }

    private static void Allow(string folder, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, mode);
        }
    }

    private static void AssertRefused(string expected, params string[] arguments)
    {
        var run = Run.Of(arguments);

        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }
}
