using System.IO.Compression;
using System.Text;
using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Tests.Data;

/// <summary>What files may look like, and the answer to each that cannot be read.</summary>
public sealed class DataFileTests : IDisposable
{
    private const string One = """{"text": "one"}""", Two = """{"text": "two"}""";

    private readonly DataFolder _folder = new();

    [Theory]
    [InlineData("\uFEFF" + One + "\n" + Two + "\n")]
    [InlineData(One + "\r\n" + Two + "\r\n")]
    [InlineData(One + "\n" + Two)]
    [InlineData("\n\n" + One + "\n \t\r\n" + Two + "\n\n")]
    public void Jsonl_WithMarkCarriageReturnsBlankLinesOrNoLastLineEnd_GivesItsRecords(string text)
        => Assert.Equal(["one<|im_end|>", "two<|im_end|>"], DataFolder.Learnt(DataFolder.Load(_folder.Write("data.jsonl", text)).Samples));

    [Theory]
    [InlineData("")]
    [InlineData("\n \r\n")]
    [InlineData("\uFEFF")]
    public void File_WithoutARecord_IsNamed(string text)
    {
        var error = Assert.Throws<DataException>(() => DataFolder.Load(_folder.Write("empty.jsonl", text)));
        Assert.Contains("empty.jsonl' has no usable line", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_IsReadInOrderOfNames_AndAnEmptyOneIsNamed()
    {
        _folder.Write("b/two.jsonl", Two);
        _folder.Write("b/one.jsonl", One);
        _folder.Write("b/notes.csv", "not data");
        _folder.Write("b/.hidden.jsonl", "not data");
        _folder.Write("a/plain.txt", "plain");
        Assert.Equal(["plain<|im_end|>", "one<|im_end|>", "two<|im_end|>"], DataFolder.Learnt(DataFolder.Load(_folder.Root).Samples));

        Directory.CreateDirectory(_folder.At("c"));
        Assert.Contains("has no data file", Assert.Throws<DataException>(() => DataFolder.Load(_folder.At("c"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.jsonl", "r")]
    [InlineData("*/*.jsonl", "x1 x2 y1")]
    [InlineData("x/?2.jsonl", "x2")]
    [InlineData("**/*1.jsonl", "x1 deep1 y1")]
    [InlineData("x/**", "x1 x2 deep1")]
    public void Pattern_TakesWhatFits(string pattern, string expected)
    {
        foreach (var (path, text) in new[] { ("r.jsonl", "r"), ("x/x1.jsonl", "x1"), ("x/x2.jsonl", "x2"), ("x/z/deep1.jsonl", "deep1"), ("y/y1.jsonl", "y1") })
        {
            _folder.Write(path, $$"""{"text": "{{text}}"}""");
        }

        var data = DataFolder.Load(_folder.At(pattern.Split('/')), new DataOptions { EndToken = false });
        Assert.Equal(expected.Split(' '), DataFolder.Learnt(data.Samples));
    }

    [Fact]
    public void Pattern_ThatNothingFits_IsNamed() => Assert.Contains("No file matches", Assert.Throws<DataException>(() => DataFolder.Load(_folder.At("*.jsonl"))).Message, StringComparison.Ordinal);

    [Fact]
    public void BrokenBytes_AreNamedByLine_OrSkipped()
    {
        var bytes = (byte[])[.. Encoding.UTF8.GetBytes(One + "\n{\"text\": \"caf"), 0xE9, .. Encoding.UTF8.GetBytes("\"}\n{\"text\": \"a"), 0, .. Encoding.UTF8.GetBytes("b\"}\n{\"text\": \"\\ud800\"}\n" + Two)];
        var path = _folder.Write("data.jsonl", bytes);
        Assert.Contains("data.jsonl:2: not UTF-8: byte 0xE9 at byte 13", Assert.Throws<DataException>(() => DataFolder.Load(path)).Message, StringComparison.Ordinal);

        var data = DataFolder.Load(path, new DataOptions { SkipBroken = true });
        Assert.Equal(["one<|im_end|>", "two<|im_end|>"], DataFolder.Learnt(data.Samples));
        Assert.Equal((3, 2), (data.Skipped, data.Records));
        Assert.Contains("data.jsonl:3: a NUL byte at byte 11", data.Problems[1], StringComparison.Ordinal);
        Assert.Contains("data.jsonl:4: a string holds half a surrogate pair", data.Problems[2], StringComparison.Ordinal);
    }

    [Fact]
    public void DeepNesting_IsABrokenLine()
    {
        var deep = $$"""{"text": "a", "x": {{new string('[', 100_000)}}{{new string(']', 100_000)}}}""";
        var error = Assert.Throws<DataException>(() => DataFolder.Load(_folder.Write("data.jsonl", One + "\n" + deep)));
        Assert.Contains("data.jsonl:2: not a line of JSON", error.Message, StringComparison.Ordinal);
        Assert.Contains("depth", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A line of 100 MB is never held: with the usual bound it is a broken line like any other.</summary>
    [Fact]
    public void HugeLine_IsABrokenLine_AndTheNextOneIsRead()
    {
        var path = _folder.At("data.jsonl");
        using (var file = File.Create(path))
        {
            file.Write(Encoding.UTF8.GetBytes(One + "\n{\"text\": \""));
            var megabyte = new byte[1 << 20];
            megabyte.AsSpan().Fill((byte)'a');
            for (var i = 0; i < 100; i++)
            {
                file.Write(megabyte);
            }

            file.Write(Encoding.UTF8.GetBytes("\"}\n" + Two + "\n"));
        }

        var error = Assert.Throws<DataException>(() => DataFolder.Load(path));
        Assert.Contains("data.jsonl:2: the line is longer than 67,108,864 bytes", error.Message, StringComparison.Ordinal);
        Assert.Contains("max_line_bytes", error.Message, StringComparison.Ordinal);
        var data = DataFolder.Load(path, new DataOptions { SkipBroken = true, MaxLineBytes = 1000, Shuffle = true });
        Assert.Equal(["one<|im_end|>", "two<|im_end|>"], DataFolder.Learnt(data.Samples).Order());
        Assert.Contains("data.jsonl:2:", Assert.Single(data.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(14, false)]
    public void LineLimit_CountsTheLineWithoutItsEnd(int limit, bool fits)
    {
        var path = _folder.Write("data.jsonl", One + "\r\n" + One);
        var options = new DataOptions { MaxLineBytes = limit };
        if (fits)
        {
            Assert.Equal(2, DataFolder.Load(path, options).Samples.Count);
        }
        else
        {
            Assert.Throws<DataException>(() => DataFolder.Load(path, options));
        }
    }

    [Fact]
    public void LineLimit_AtItsLargest_ReadsLinesLongerThanTheBuffer_AndAboveIsRefused()
    {
        var path = _folder.Write("data.jsonl", $$"""{"text": "{{new string('a', 400_000)}}"}""" + "\n" + Two);
        Assert.Equal(2, DataFolder.Load(path, new DataOptions { MaxLineBytes = DataOptions.LongestLine }).Records);
        foreach (var refused in new[] { int.MaxValue, DataOptions.LongestLine + 1, 0 })
        {
            var error = Assert.Throws<RecipeException>(() => DataFolder.Load(path, new DataOptions { MaxLineBytes = refused }));
            Assert.Contains("max_line_bytes", error.Message, StringComparison.Ordinal);
            Assert.Contains("536870912", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A link to the folder itself has no end, and one to another folder would read its files twice; links to files are files.</summary>
    [SkippableTheory]
    [InlineData("")]
    [InlineData("**/*.jsonl")]
    [InlineData("*/*.jsonl")]
    public void Folder_WithLinkedFolders_IsReadOnce(string pattern)
    {
        _folder.Write("data/a/one.jsonl", One);
        var two = _folder.Write("elsewhere/two.jsonl", Two);
        try
        {
            Directory.CreateSymbolicLink(_folder.At("data", "self"), _folder.At("data"));
            Directory.CreateSymbolicLink(_folder.At("data", "a", "up"), _folder.At("data"));
            Directory.CreateSymbolicLink(_folder.At("data", "other"), _folder.At("elsewhere"));
            File.CreateSymbolicLink(_folder.At("data", "a", "linked.jsonl"), two);
        }
        catch (IOException e) when (OperatingSystem.IsWindows())
        {
            Skip.If(true, $"This user may not make links: {e.Message}");
        }

        var source = pattern.Length == 0 ? _folder.At("data") : _folder.At(["data", .. pattern.Split('/')]);
        Assert.Equal(["two<|im_end|>", "one<|im_end|>"], DataFolder.Learnt(DataFolder.Load(source).Samples));
    }

    /// <summary>Opening a pipe waits for a writer, so it must be refused without being opened.</summary>
    [SkippableFact]
    public void PipesAndDevices_AreRefusedByName()
    {
        Skip.If(OperatingSystem.IsWindows(), "There are no named pipes in Windows' folders.");
        var pipe = _folder.At("pipe.jsonl");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [pipe]))
        {
            mkfifo.WaitForExit();
            Assert.Equal(0, mkfifo.ExitCode);
        }

        File.CreateSymbolicLink(_folder.At("link.jsonl"), pipe);
        foreach (var (source, named) in new[] { (pipe, pipe), (_folder.At("link.jsonl"), _folder.At("link.jsonl")), (_folder.Root, _folder.At("link.jsonl")), ("/dev/null", "/dev/null") })
        {
            var error = Assert.Throws<DataException>(() => DataFolder.Load(source));
            Assert.Contains($"'{named}' is no regular file", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Lines_AroundTheBuffersEnds_AreThoseThatDotnetReads()
    {
        var random = new Random(3);
        var text = new StringBuilder();
        for (var i = 0; i < 300; i++)
        {
            text.Append('x', random.Next(4) == 0 ? random.Next(1 << 18) : random.Next(40)).Append(random.Next(3) == 0 ? "\r\n" : "\n");
        }

        var path = _folder.Write("data.jsonl", text.ToString());
        var expected = File.ReadLines(path).Select((line, i) => (line, i + 1L)).Where(l => l.line.Length > 0);
        List<(string, long)> found = [];
        using var scanner = new LineScanner(path, int.MaxValue);
        while (scanner.MoveNext())
        {
            found.Add((Encoding.UTF8.GetString(scanner.Bytes.Span), scanner.Number));
        }

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("parquet", "is Parquet")]
    [InlineData("gzip", "compressed with gzip")]
    [InlineData("utf16", "is UTF-16")]
    [InlineData("zip", "a zip archive")]
    public void OtherFormats_AreRefusedWithTheWayOut(string format, string expected)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(One));
        }

        var bytes = format switch
        {
            "parquet" => Encoding.ASCII.GetBytes("PAR1....PAR1"),
            "gzip" => packed.ToArray(),
            "utf16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(One)],
            _ => Encoding.ASCII.GetBytes("PK\u0003\u0004"),
        };
        var error = Assert.Throws<DataException>(() => DataFolder.Load(_folder.Write("data.bin", bytes), new DataOptions { SkipBroken = true }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonArray_IsRefusedWithTheWayOut()
        => Assert.Contains("jq -c", Assert.Throws<DataException>(() => DataFolder.Load(_folder.Write("data.json", "[\n  {\"text\": \"a\"}\n]"))).Message, StringComparison.Ordinal);

    [Fact]
    public void PlainText_IsOneDocument_OrOneALine()
    {
        var path = _folder.Write("data.txt", "\uFEFFone\r\ntwo\r\n");
        Assert.Equal(["one\ntwo\n<|im_end|>"], DataFolder.Learnt(DataFolder.Load(path).Samples));
        Assert.Equal(["one<|im_end|>", "two<|im_end|>"], DataFolder.Learnt(DataFolder.Load(path, new DataOptions { TextUnit = TextUnit.Line }).Samples));
        Assert.Contains("data.txt:1: not a line of JSON", Assert.Throws<DataException>(() => DataFolder.Load(path, new DataOptions { DataFormat = DataFormat.Jsonl })).Message, StringComparison.Ordinal);
    }

    /// <summary>A large file is read in pieces: nothing is lost where they meet, and only the end of the file is the end of the text.</summary>
    [Theory]
    [InlineData("line ää 😀 {0}\n")]
    [InlineData("ää😀{0}")]
    public void LargePlainText_InPieces_LosesNothing(string line)
    {
        var text = string.Concat(Enumerable.Range(0, 160_000).Select(i => string.Format(System.Globalization.CultureInfo.InvariantCulture, line, i)));
        var data = DataFolder.Load(_folder.Write("data.txt", text), new DataOptions { MaxLength = 4096 });
        Assert.True(data.Records > 1);
        Assert.Equal(text + "<|im_end|>", DataFolder.Tokens.Decode(data.Samples.SelectMany(s => s.Ids)));
        Assert.Equal([data.Samples.Count - 1], data.Samples.Select((s, i) => (s.Complete, i)).Where(s => s.Complete).Select(s => s.i));
        Assert.All(data.Samples, s => Assert.InRange(s.Ids.Length, 1, 4096));
    }

    [Fact]
    public void Reader_GivesRecordsInOrder_AndProblemsAsTheyCome()
    {
        var path = _folder.Write("data.jsonl", string.Concat(Enumerable.Range(0, 9000).Select(i => i % 1000 == 7 ? "broken\n" : $$"""{"text": "{{i}}"}""" + "\n")));
        List<string> problems = [];
        var options = new DataOptions { SkipBroken = true };
        Assert.Equal(Enumerable.Range(0, 9000).Where(i => i % 1000 != 7).Select(i => $"{i}"), DataReader.Read(path, options, problems.Add).Select(r => r.Text!));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{path}:{(i * 1000) + 8}: "), problems.Select(p => p[..(p.IndexOf(": ", StringComparison.Ordinal) + 2)]));
        Assert.Equal(6, DataReader.Read(path, new DataOptions { Limit = 6 }).Count());
        Assert.Contains(":8: ", Assert.Throws<DataException>(() => DataReader.Read(path).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_AreCountedBeyondThoseThatAreListed()
    {
        var data = DataFolder.Load(_folder.Write("data.jsonl", One + "\n" + string.Concat(Enumerable.Repeat("broken\n", 250))), new DataOptions { SkipBroken = true });
        Assert.Equal((250, TrainingData.MaxProblems), (data.Skipped, data.Problems.Count));
    }

    public void Dispose() => _folder.Dispose();
}
