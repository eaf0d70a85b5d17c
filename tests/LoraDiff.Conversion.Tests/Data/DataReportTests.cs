using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Tests.Data;

public sealed class DataReportTests : IDisposable
{
    private readonly DataFolder _folder = new();

    [Fact]
    public void Report_CountsWhatLoadingGives()
    {
        var path = Path.Combine(DataFolder.Smallworld, "eval.jsonl");
        var samples = DataFolder.Load(path).Samples;
        var report = DataReport.Make(path, DataFolder.Tokens, DataFolder.Chat, ConversionRecipe.LoraDiff, show: 2);
        Assert.Equal((600, 600, 0, 0), (report.Records, report.Documents, report.Truncated, report.Skipped));
        Assert.Equal((samples.Sum(s => (long)s.Ids.Length), samples.Sum(s => (long)s.Ids.Length - s.CompletionStart)), (report.Tokens, report.SupervisedTokens));
        Assert.Equal(samples.CountBy(s => s.Kind!).ToDictionary(), report.ByKind.ToDictionary(k => k.Key, k => k.Value.Documents));
        Assert.All(report.ByLength, l => Assert.Equal(samples.Count(s => s.Ids.Length >= l.From && s.Ids.Length <= l.To), l.Documents));
        Assert.Equal(600, report.ByLength.Sum(l => l.Documents));
        Assert.Equal(2, report.Shown.Count);
    }

    /// <summary>The blocks shown are those that training uses: whole ones from the answer's start, filled up at the end.</summary>
    [Fact]
    public void Shown_HasTheBlocksOfTraining()
    {
        var path = _folder.Write("data.jsonl", """{"prompt": "Compute 40 + 9.", "completion": "49"}""");
        var shown = Assert.Single(DataReport.Make(path, DataFolder.Tokens, DataFolder.Chat, ConversionRecipe.LoraDiff).Shown);
        var (ids, start, _, _) = shown.Sample;
        Assert.Equal($"{path}:1", shown.Location);
        Assert.Contains(start, shown.BlockStarts);
        Assert.Equal(0, (ids.Length + shown.Padding - start) % 16);
        Assert.Equal(0, shown.BlockStarts[0]);
        Assert.All(shown.BlockStarts.Skip(1).Zip(shown.BlockStarts.Skip(2)), pair => Assert.Equal(16, pair.Second - pair.First));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n\n")]
    public void Report_OfNothing_IsTheErrorThatLoadingGives(string text)
    {
        var path = _folder.Write("empty.jsonl", text);
        var error = Assert.Throws<DataException>(() => DataReport.Make(path, DataFolder.Tokens, DataFolder.Chat, ConversionRecipe.LoraDiff));
        Assert.Equal(Assert.Throws<DataException>(() => DataFolder.Load(path)).Message, error.Message);
        Assert.Contains("empty.jsonl' has no usable line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Report_OfBrokenLinesOnly_CountsThem()
    {
        var report = DataReport.Make(_folder.Write("data.jsonl", "broken\n"), DataFolder.Tokens, DataFolder.Chat, ConversionRecipe.LoraDiff, new DataOptions { SkipBroken = true });
        Assert.Equal((0, 1), (report.Records, report.Skipped));
    }

    public void Dispose() => _folder.Dispose();
}
