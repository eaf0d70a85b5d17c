using System.Text.Json;
using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Verbs;

/// <summary>convert, generate and eval on the bundled checkpoint, in a few steps.</summary>
public sealed class ConversionVerbsTests
{
    [Fact]
    public void ConvertGenerateEval_InAFewSteps_GiveAFolderAndItsNumbers()
    {
        using var places = new Places();
        var adapter = places.At("adapter");

        var converted = Convert(adapter, "--steps", "4", "--json", "--set", "batch_size=4", "--set", "r=4", "--set", "limit=64", "--seed", "3").Json;

        Assert.Equal(4, converted.GetProperty("steps").GetInt32());
        Assert.Equal("finished", converted.GetProperty("stopped").GetString());
        Assert.Equal(64, converted.GetProperty("documents").GetInt32());
        Assert.All(["adapter_config.json", "adapter_model.safetensors", "loradiff.json", "metrics.jsonl"], name => Assert.True(File.Exists(Path.Combine(adapter, name)), name));
        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(adapter, "checkpoints")));
        Assert.Equal(4, JsonDocument.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json"))).RootElement.GetProperty("r").GetInt32());

        var resumed = Convert(adapter, "--steps", "6", "--json", "--resume", "--set", "batch_size=4", "--set", "r=4", "--set", "limit=64", "--seed", "3").Json;
        Assert.Equal(6, resumed.GetProperty("steps").GetInt32());

        var finished = Convert(adapter, "--steps", "6", "--json", "--resume", "--set", "batch_size=4", "--set", "r=4", "--set", "limit=64", "--seed", "3", "--validation", Places.Eval).Json;
        Assert.All(["loss", "block_size"], key => Assert.Equal(resumed.GetProperty(key).GetDouble(), finished.GetProperty(key).GetDouble()));
        Assert.True(finished.GetProperty("evaluation").GetProperty("diffusion_loss").GetDouble() > 0);

        var generated = Run.Of("generate", "--model", Places.Checkpoint, "--adapter", adapter, "--prompt", "Spell the word lamp.", "--max-new-tokens", "16", "--stream", "--json");
        var answer = generated.Json;
        Assert.Equal(answer.GetProperty("text").GetString(), generated.Error.TrimEnd('\n'));
        Assert.True(answer.GetProperty("nfe").GetInt32() >= 1);
        Assert.True(answer.GetProperty("tpf").GetDouble() > 0);
        Assert.True(answer.GetProperty("tokens_per_second").GetDouble() > 0);
        Assert.Equal(JsonValueKind.Array, answer.GetProperty("token_ids").ValueKind);

        var evaluated = Run.Of("eval", "--model", Places.Checkpoint, "--adapter", adapter, "--data", Places.Eval, "--limit", "6", "--max-new-tokens", "24", "--threshold", "0.8", "--json").Json;
        Assert.Equal(6, evaluated.GetProperty("total").GetInt32());
        Assert.Equal(evaluated.GetProperty("correct").GetInt32() / 6.0, evaluated.GetProperty("accuracy").GetDouble(), 5);
        Assert.All(["by_kind", "nll_per_token", "tpf", "nfe", "tokens_per_second"], key => Assert.True(evaluated.TryGetProperty(key, out _), key));
    }

    [Fact]
    public void Eval_OfTheBaseModel_AnswersAlmostAll()
    {
        var json = Run.Of("eval", "--model", Places.Checkpoint, "--data", Places.Eval, "--limit", "40", "--json", "--dtype", "float32").Json;

        Assert.True(json.GetProperty("accuracy").GetDouble() >= 0.85, json.ToString());
        Assert.Equal(1, json.GetProperty("tpf").GetDouble());
    }

    [Fact]
    public void Convert_Interrupted_SavesAndSaysSoByItsExitCode()
    {
        using var places = new Places();
        using var stop = new CancellationTokenSource();
        using var error = new StopsAt("step ", stop);

        var run = Run.Of(error, stop.Token, Arguments(places.At("adapter"), "--steps", "100000", "--set", "batch_size=2", "--set", "r=2", "--set", "limit=32", "--set", "log_every=1"));

        Assert.Equal(ExitCode.Cancelled, run.Code);
        Assert.True(File.Exists(places.At("adapter", "adapter_model.safetensors")));
        Assert.Contains("--resume", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Convert_IntoAFolderWithCheckpoints_IsRefusedWithoutResume()
    {
        using var places = new Places();
        string[] small = ["--steps", "1", "--set", "batch_size=2", "--set", "r=2", "--set", "limit=8"];
        Assert.Equal(ExitCode.Success, Convert(places.At("adapter"), small).Code);

        var again = Convert(places.At("adapter"), small);

        Assert.Equal(ExitCode.Failure, again.Code);
        Assert.Contains("already has a checkpoint", again.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, Convert(places.At("adapter"), [.. small, "--overwrite"]).Code);
        Assert.Single(File.ReadAllLines(places.At("adapter", "metrics.jsonl")));
    }

    /// <summary>The bundled adapter's folder has no checkpoint: neither a resumed run nor a fresh one may put itself in its place.</summary>
    [Theory]
    [InlineData("--resume", "no checkpoint to resume")]
    [InlineData("--json", "already has an adapter")]
    public void Convert_IntoAnAdaptersFolder_IsRefusedAndChangesNothing(string option, string expected)
    {
        using var places = new Places();
        Directory.CreateDirectory(places.At("adapter"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(Places.Checkpoint)!, "adapter")))
        {
            File.Copy(file, places.At("adapter", Path.GetFileName(file)));
        }

        var before = Contents(places.At("adapter"));
        var run = Convert(places.At("adapter"), "--steps", "1", "--set", "r=2", option);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents(places.At("adapter")));

        static SortedDictionary<string, string> Contents(string folder) => new(Directory.EnumerateFileSystemEntries(folder).ToDictionary(f => f, f => System.Convert.ToBase64String(File.ReadAllBytes(f))));
    }

    /// <summary>A run that is another one is refused before it writes anything.</summary>
    [Fact]
    public void Convert_ResumedWithOtherSettings_NamesThem()
    {
        using var places = new Places();
        string[] small = ["--steps", "1", "--set", "batch_size=2", "--set", "r=2", "--set", "limit=8"];
        Assert.Equal(ExitCode.Success, Convert(places.At("adapter"), [.. small, "--dtype", "float32"]).Code);
        var before = File.ReadAllText(places.At("adapter", "metrics.jsonl"));

        var run = Convert(places.At("adapter"), [.. small, "--resume", "--set", "lora_alpha=1024", "--set", "use_rslora=true", "--set", "learning_rate=0.5", "--dtype", "bfloat16"]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.All(["learning_rate was 0.002, is 0.5", "lora_alpha was 64, is 1024", "use_rslora was false, is true", "compute_type was float32, is bfloat16"], part => Assert.Contains(part, run.Error, StringComparison.Ordinal));
        Assert.Equal(before, File.ReadAllText(places.At("adapter", "metrics.jsonl")));
    }

    /// <summary>The type is measured where none is named; a run goes on in its own, whatever a second measurement would say.</summary>
    [Theory]
    [InlineData("float32")]
    [InlineData("bfloat16")]
    public void Convert_ResumedWithoutAType_GoesOnInTheCheckpoints(string type)
    {
        using var places = new Places();
        string[] small = ["--set", "batch_size=2", "--set", "r=2", "--set", "limit=8", "--json"];
        Assert.Equal(ExitCode.Success, Convert(places.At("adapter"), [.. small, "--steps", "1", "--dtype", type]).Code);

        var resumed = Convert(places.At("adapter"), [.. small, "--steps", "2", "--resume"]);

        Assert.True(resumed.Code == ExitCode.Success, resumed.Error);
        Assert.Equal(2, resumed.Json.GetProperty("steps").GetInt32());
    }

    /// <summary>What is wrong with the request is said before the data are read, which here cannot be.</summary>
    [Theory]
    [InlineData("steps is 0", "--steps", "0")]
    [InlineData("minutes is -1", "--minutes", "-1")]
    [InlineData("r=0", "--set", "r=0")]
    [InlineData("learning_rate is -1", "--set", "learning_rate=-1")]
    [InlineData("is a file", "--steps", "1", "--out", "taken")]
    [InlineData("is a file", "--steps", "1", "--out", "taken/below/it")]
    [InlineData("cannot be written to", "--steps", "1", "--out", "/proc/loradiff")]
    [InlineData("folder of the model", "--steps", "1", "--out", "model")]
    [InlineData("mask_token_id is 999999999; it must be one of the embedding's 960 rows, 0 to 959", "--steps", "1", "--set", "mask_token_id=999999999")]
    [InlineData("modules_to_save names lm_head, which shares one table with model.embed_tokens", "--steps", "1", "--set", "modules_to_save=lm_head")]
    [InlineData("target_modules names lm_head, which shares one table with model.embed_tokens", "--steps", "1", "--set", "target_modules=q_proj,lm_head")]
    [InlineData("mask_token_id is 960;", "--steps", "1", "--set", "mask_token_id=960")]
    public void Convert_ThatCannotWork_IsRefusedBeforeDataAreRead(string expected, params string[] options)
    {
        using var places = new Places();
        File.WriteAllText(places.At("taken"), "");
        string[] named = [.. options.Select(o => o == "model" ? Places.Checkpoint : o.StartsWith("taken", StringComparison.Ordinal) ? places.At(o) : o)];
        string[] output = named.Contains("--out") ? [] : ["--out", places.At("adapter")];

        var run = Run.Of(["convert", "--model", Places.Checkpoint, "--data", places.At("missing.jsonl"), "--device", "cpu", .. output, .. named]);

        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        Assert.Equal([places.At("taken")], Directory.EnumerateFileSystemEntries(places.Folder));
    }

    private static Run Convert(string output, params string[] more) => Run.Of(Arguments(output, more));

    private static string[] Arguments(string output, params string[] more) => ["convert", "--model", Places.Checkpoint, "--data", Places.Train, "--out", output, "--device", "cpu", .. more];

    /// <summary>Presses Ctrl-C, so to speak, when a text appears.</summary>
    private sealed class StopsAt(string text, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(text, StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}
