using System.Text;
using System.Text.Json;
using LoraDiff.Cli.Hosting;
using LoraDiff.Cli.Tests.Hosting;

namespace LoraDiff.Cli.Tests.Verbs;

public sealed class DataVerbTests : IDisposable
{
    private readonly Places _places = new();

    [Fact]
    public void Inspect_Json_IsOneObjectOfCountsAndDocuments()
    {
        var json = Run.Of("data", "inspect", Places.Eval, "--model", Places.Checkpoint, "--limit", "50", "--show", "2", "--json").Json;
        Assert.Equal((50, 50, 0, 0), (json.GetProperty("records").GetInt32(), json.GetProperty("documents").GetInt32(), json.GetProperty("truncated").GetInt32(), json.GetProperty("skipped").GetInt32()));
        Assert.Equal(50, json.GetProperty("by_kind").EnumerateObject().Sum(kind => kind.Value.GetProperty("documents").GetInt32()));
        Assert.Equal(50, json.GetProperty("by_length").EnumerateArray().Sum(length => length.GetProperty("documents").GetInt32()));
        Assert.Equal(2, json.GetProperty("shown").GetArrayLength());
        Assert.Equal(16, json.GetProperty("block_size").GetInt32());
    }

    /// <summary>What is learnt and where blocks begin can be read without colours.</summary>
    [Fact]
    public void Inspect_MarksLearntTokensBlocksAndPadding()
    {
        var file = Write("data.jsonl", """{"prompt": "Compute 40 + 9.", "completion": "49", "kind": "sums"}""" + "\nbroken\n");
        var run = Run.Of("data", "inspect", file, "--model", Places.Checkpoint, "--on-bad-line", "skip");
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.Contains("assistant\n│▶49<|im_end|>\n<|endoftext|>", run.Out, StringComparison.Ordinal);
        Assert.Contains($"{file}:1 · sums · ", run.Out, StringComparison.Ordinal);
        Assert.Contains($"- {file}:2: not a line of JSON", run.Out, StringComparison.Ordinal);
        Assert.Matches("left out +1\n", run.Out);
    }

    [Fact]
    public void Inspect_OfABrokenLine_FailsWithItsPlace()
    {
        var file = Write("data.jsonl", """{"text": "fine"}""" + "\nbroken\n");
        var run = Run.Of("data", "inspect", file, "--model", Places.Checkpoint);
        Assert.Equal((ExitCode.Failure, ""), (run.Code, run.Out));
        Assert.StartsWith($"loradiff: {file}:2: ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--column", "frage=q", "expected one of answer, completion")]
    [InlineData("--column", "prompt", "expected WHAT=KEY")]
    [InlineData("--on-bad-line", "ignore", "expected fail or skip")]
    [InlineData("--set", "learning_rate=1", "Known keys: answers, columns.answer")]
    [InlineData("--show", "-1", "a whole number from 0")]
    public void Inspect_OfAWrongOption_SaysWhatIsRight(string option, string value, string expected)
        => Assert.Contains(expected, Run.Of("data", "inspect", Places.Eval, "--model", Places.Checkpoint, option, value).Error, StringComparison.Ordinal);

    [Fact]
    public void Convert_TakesSeveralSourcesColumnsAndAShareForEvaluation()
    {
        Write("in/a.jsonl", string.Concat(File.ReadLines(Places.Train).Take(40).Select(line => Renamed(line) + "\n")));
        Write("in/b.jsonl", string.Concat(File.ReadLines(Places.Train).Skip(40).Take(40).Select(line => Renamed(line) + "\n")) + "broken\n");
        var run = Run.Of(
            "convert", "--model", Places.Checkpoint, "--data", _places.At("in", "a*.jsonl@2"), _places.At("in", "b.jsonl"), "--out", _places.At("out"), "--steps", "2", "--device", "cpu",
            "--column", "prompt=q", "--column", "completion=a", "--on-bad-line", "skip", "--set", "eval_share=0.3", "--set", "pack_length=256", "--set", "batch_size=2", "--set", "r=2", "--json");
        Assert.True(run.Code == 0, run.Error);
        var json = run.Json;
        Assert.Equal(1, json.GetProperty("skipped").GetInt32());
        Assert.InRange(json.GetProperty("documents").GetInt32(), 60, 110);
        Assert.True(json.GetProperty("evaluation").GetProperty("diffusion_loss").GetDouble() > 0);
        Assert.Contains($"{_places.At("in", "b.jsonl")}:41: ", run.Error, StringComparison.Ordinal);

        static string Renamed(string line)
        {
            var record = JsonDocument.Parse(line).RootElement;
            return JsonSerializer.Serialize(new { q = record.GetProperty("prompt").GetString(), a = record.GetProperty("completion").GetString() });
        }
    }

    [Fact]
    public void Convert_WithValidationDataAndAShare_IsRefused()
    {
        var run = Run.Of("convert", "--model", Places.Checkpoint, "--data", Places.Train, "--validation", Places.Eval, "--out", _places.At("out"), "--device", "cpu", "--set", "eval_share=0.1");
        Assert.Equal(ExitCode.Failure, run.Code);
        Assert.Contains("eval_share is 0.1, but validation data", run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_places.At("out")));
    }

    /// <summary>Two processes that prepare the same data at once both succeed, and one file is left, which a third reads.</summary>
    [Fact]
    public async Task Prepare_ByTwoProcessesAtOnce_GivesOneWholeFile()
    {
        string[] arguments = ["data", "prepare", Places.Train, "--model", Places.Checkpoint, "--set", $"data_cache={_places.At("cache")}", "--json"];
        var runs = await Task.WhenAll(ChildProcess.RunAsync(0, arguments), ChildProcess.RunAsync(0, arguments));
        Assert.All(runs, run => Assert.True(run.Code == 0, run.Error));
        Assert.All(runs, run => Assert.Equal(20_000, run.Json.GetProperty("documents").GetInt32()));
        Assert.Single(Directory.GetFiles(_places.At("cache")));
        Assert.Equal("read", Run.Of(arguments).Json.GetProperty("cache").GetString());
    }

    /// <summary>Data several times larger than the heap may grow is tokenised, and then trained on.</summary>
    [Fact]
    public async Task Data_LargerThanMemory_IsPreparedAndTrainedOn()
    {
        const long Heap = 48 << 20;
        var file = _places.At("large.jsonl");
        var lines = File.ReadAllBytes(Places.Train);
        using (var large = File.Create(file))
        {
            while (large.Length < 2 * Heap)
            {
                large.Write(lines);
            }
        }

        string[] data = ["--model", Places.Checkpoint, "--set", $"data_cache={_places.At("cache")}", "--json"];
        var prepared = await ChildProcess.RunAsync(Heap, ["data", "prepare", file, .. data]);
        Assert.True(prepared.Code == 0, prepared.Error);
        var documents = prepared.Json.GetProperty("documents").GetInt32();
        Assert.Equal(20_000L * (new FileInfo(file).Length / lines.Length), documents);
        Assert.True(prepared.Json.GetProperty("bytes").GetInt64() > 2 * Heap);

        var converted = await ChildProcess.RunAsync(Heap, ["convert", "--data", file, "--out", _places.At("out"), "--steps", "1", "--device", "cpu", "--set", "batch_size=2", "--set", "r=2", .. data]);
        Assert.True(converted.Code == 0, converted.Error);
        Assert.Contains("from the cache", converted.Error, StringComparison.Ordinal);
        Assert.Equal(documents, converted.Json.GetProperty("documents").GetInt32());
    }

    public void Dispose() => _places.Dispose();

    private string Write(string name, string text)
    {
        var path = _places.At(name.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }
}
