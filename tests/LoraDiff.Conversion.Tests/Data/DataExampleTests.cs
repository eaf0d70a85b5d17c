using System.Text.Json;
using LoraDiff.Conversion.Data;
using LoraDiff.Examples;

namespace LoraDiff.Conversion.Tests.Data;

/// <summary>The examples of docs/data.md: every public type of the data layer has one.</summary>
public sealed class DataExampleTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void EveryPublicType_HasAnExample()
        => ExampleCoverage.Require(typeof(DataExampleTests), typeof(TrainingData).Assembly.GetExportedTypes().Where(t => t.Namespace == typeof(TrainingData).Namespace || t == typeof(CheckpointText)), "data.md");

    [Fact]
    public void Example_OfLoading_Runs()
    {
        File.WriteAllText(_folder.At("sums.jsonl"), """{"question": "What is 1 + 1?", "answer": "2", "kind": "sums"}""");
        File.WriteAllText(_folder.At("notes.txt"), "A plain text.");

        CheckpointText text = CheckpointText.Open(DataFolder.Checkpoint);
        DataSources sources = new(new DataSource(_folder.At("*.jsonl"), Weight: 2), DataSource.Parse(_folder.At("notes.txt")));
        using TrainingData data = TrainingData.Load(sources, text.Tokenizer, text.Renderer(), new DataOptions { MaxLength = 512, DataCache = _folder.At("cache") });

        Assert.Equal((2, 3), (data.Records, data.Samples.Count));   // the question comes twice
        TrainingSample sample = data.Samples[0];
        Assert.Equal("2<|im_end|>\n", text.Tokenizer.Decode(sample.Ids[sample.CompletionStart..]));
        CacheUse cache = data.Cache;
        Assert.Equal(CacheUse.Written, cache);
    }

    [Fact]
    public void Example_OfOptions_Runs()
    {
        File.WriteAllText(_folder.At("data.jsonl"), """{"q": "What is 1 + 1?", "a": "2"}""" + "\nbroken\n");
        var text = CheckpointText.Open(DataFolder.Checkpoint);
        var options = new DataOptions
        {
            Columns = new DataColumns { Prompt = "q", Completion = "a" },
            DataFormat = DataFormat.Jsonl,
            TextUnit = TextUnit.Line,
            LongTexts = LongTexts.Window,
            Truncation = Truncation.CutPrompt,
            Answers = AnswerChoice.Last,
            SkipBroken = true,
            EvalShare = 0.0,
        };
        using var data = TrainingData.Load(_folder.At("data.jsonl"), text.Tokenizer, text.Renderer(), options);
        Assert.Equal($"{_folder.At("data.jsonl")}:2: not a line of JSON: 'b' is an invalid start of a value. (byte 0).", data.Problems[0]);

        DataException refused = Assert.Throws<DataException>(() => TrainingData.Load(_folder.At("data.jsonl"), text.Tokenizer, text.Renderer()));
        Assert.Contains("data.jsonl:1: expected \"prompt\" and \"completion\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Example_OfAReport_Runs()
    {
        var text = CheckpointText.Open(DataFolder.Checkpoint);
        DataReport report = DataReport.Make(Path.Combine(DataFolder.Smallworld, "eval.jsonl"), text.Tokenizer, text.Renderer(), ConversionRecipe.LoraDiff, show: 1);
        KindCount sums = report.ByKind["sums"];
        Assert.True(sums.SupervisedTokens > sums.Documents);
        LengthCount longest = report.ByLength[^1];
        Assert.True(longest.From <= 127 && longest.To >= 64);
        ShownDocument shown = report.Shown[0];
        Assert.Equal(0, shown.BlockStarts[0]);
    }

    [Fact]
    public void Example_OfRecordsAndRendering_Runs()
    {
        var path = Path.Combine(DataFolder.Smallworld, "eval.jsonl");
        Assert.Equal(File.ReadLines(path).Count(), DataReader.Read(path).Count(r => r.Completion is not null));

        DataRecord record = DataRecord.Parse("""{"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}""", "chat.jsonl:1");
        DataTurn answer = record.Messages![1];
        Assert.Equal("Hello", answer.Content);

        ConversationRenderer renderer = new((turns, ask) => string.Concat(turns.Select(t => $"[{t.Role}] {t.Content}\n")) + (ask ? "[assistant] " : ""), EndTokenId: 0)
        {
            RenderWithTools = (turns, tools, ask) => JsonSerializer.Serialize(tools) + turns.Count,
        };
        RenderedDocument document = renderer.Documents(record).Single();
        Assert.Equal("[user] Hi\n[assistant] Hello\n", document.Text);
        Assert.Equal("Hello\n", document.Text[document.CompletionStart..]);
    }

    public void Dispose() => _folder.Dispose();
}
