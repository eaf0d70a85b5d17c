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
