using LoraDiff.Conversion.Data;

namespace LoraDiff.Conversion.Tests.Data;

public sealed class TokenCacheTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly string _data;

    public TokenCacheTests()
    {
        _data = _folder.At("data.jsonl");
        File.WriteAllLines(_data, File.ReadLines(Path.Combine(DataFolder.Smallworld, "train.jsonl")).Take(1500).Append("broken").Append("""{"text": "the end of a long text"}"""));
    }

    private DataOptions Options => new() { DataCache = _folder.At("cache"), SkipBroken = true, MaxLength = 60 };

    [Fact]
    public void Data_FromMemoryAFileAndTheCache_IsTheSame()
    {
        using var memory = DataFolder.Load(_data, Options with { DataCache = null });
        using var spilled = DataFolder.Load(_data, Options with { DataCache = null, MemoryBytes = 0 });
        using var written = DataFolder.Load(_data, Options);
        using var read = DataFolder.Load(_data, Options);
        Assert.Equal([CacheUse.None, CacheUse.None, CacheUse.Written, CacheUse.Read], new[] { memory, spilled, written, read }.Select(d => d.Cache));
        Assert.True(memory.Truncated > 0);
        foreach (var other in new[] { spilled, written, read })
        {
            Assert.Equal(DataFolder.Facts(memory.Samples), DataFolder.Facts(other.Samples));
            Assert.Equal((memory.Records, memory.Truncated, memory.Skipped), (other.Records, other.Truncated, other.Skipped));
            Assert.Equal(memory.Problems, other.Problems);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => read.Samples[read.Samples.Count]);
    }

    [Fact]
    public void Cache_GoesByWhatTheFilesHold_NotByTheirNames()
    {
        DataFolder.Load(_data, Options).Dispose();
        var moved = _folder.At("moved.jsonl");
        File.Copy(_data, moved);
        using (var data = DataFolder.Load(moved, Options))
        {
            Assert.Equal(CacheUse.Read, data.Cache);
            Assert.StartsWith($"{moved}:1501: ", Assert.Single(data.Problems), StringComparison.Ordinal);
        }

        File.AppendAllText(moved, """{"text": "more"}""");
        using var changed = DataFolder.Load(moved, Options);
        Assert.Equal(CacheUse.Written, changed.Cache);
    }

    [Fact]
    public void Cache_IsMadeAnewForWhatChangesTokens_AndForNothingElse()
    {
        var options = Options with { EvalShare = 0.1 };
        DataFolder.Load(_data, options).Dispose();
        Assert.Equal(CacheUse.Read, Use(options with { EvalShare = 0.3, EvalLimit = 7, MemoryBytes = 5 }));
        Assert.Equal(CacheUse.Read, Use(options, source: new DataSource(_data, 2)));
        Assert.Equal(CacheUse.Written, Use(options with { MaxLength = 61 }));
        Assert.Equal(CacheUse.Written, Use(options with { EvalShare = 0 }));
        Assert.Equal(CacheUse.Written, Use(options with { DataSeed = 1 }));
        Assert.Equal(CacheUse.Written, Use(options, DataFolder.Chat with { Fingerprint = "another" }));
        Assert.Equal(CacheUse.Written, Use(options, DataFolder.Chat with { MaskTokenId = 886 }));
        Assert.Equal(CacheUse.None, Use(options, DataFolder.Chat with { Fingerprint = null }));

        CacheUse Use(DataOptions changed, ConversationRenderer? renderer = null, DataSource? source = null)
        {
            using var data = DataFolder.Load(new DataSources(source ?? new DataSource(_data)), changed, renderer);
            return data.Cache;
        }
    }

    /// <summary>Any byte that changed, and any length that is cut off, is noticed.</summary>
    [Fact]
    public void DamagedCache_IsMadeAgain()
    {
        string[] expected;
        string file;
        using (var whole = DataFolder.Load(_data, Options))
        {
            expected = DataFolder.Facts(whole.Samples);
            file = whole.CacheFile!;
        }

        var bytes = File.ReadAllBytes(file);
        var random = new Random(7);
        foreach (var at in (int[])[0, bytes.Length - 1, bytes.Length - 40, .. Enumerable.Range(0, 12).Select(_ => random.Next(bytes.Length))])
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x10;
            RequireRepaired(damaged);
        }

        foreach (var length in new[] { 0, 10, 64, bytes.Length - 1 })
        {
            RequireRepaired(bytes[..length]);
        }

        void RequireRepaired(byte[] content)
        {
            File.WriteAllBytes(file, content);
            using var data = DataFolder.Load(_data, Options);
            Assert.Equal(CacheUse.Repaired, data.Cache);
            Assert.Equal(expected, DataFolder.Facts(data.Samples));
            Assert.Equal(bytes, File.ReadAllBytes(file));
        }
    }

    [Fact]
    public void Cache_ThatManyWriteAtOnce_IsWhole()
    {
        var expected = DataFolder.Facts(DataFolder.Load(_data, Options with { DataCache = null }).Samples);
        Parallel.For(0, 6, new ParallelOptions { MaxDegreeOfParallelism = 6 }, _ =>
        {
            using var data = DataFolder.Load(_data, Options);
            Assert.Equal(expected, DataFolder.Facts(data.Samples));
        });
        Assert.Single(Directory.GetFiles(_folder.At("cache")));
    }

    [Fact]
    public void Stopped_LeavesNothingBehind()
    {
        using var stop = new CancellationTokenSource();
        var renderer = DataFolder.Chat with
        {
            Render = (turns, ask) =>
            {
                stop.Cancel();
                return DataFolder.Chat.Render!(turns, ask);
            },
        };
        Assert.Throws<OperationCanceledException>(() => TrainingData.Load(_data, DataFolder.Tokens, renderer, Options, stop.Token));
        Assert.Empty(Directory.GetFiles(_folder.At("cache")));

        Assert.Throws<DataException>(() => DataFolder.Load(_data, Options with { SkipBroken = false }));
        Assert.Empty(Directory.GetFiles(_folder.At("cache")));
    }

    [Fact]
    public void Leftovers_OfKilledProcesses_GoAfterADay()
    {
        var (old, fresh) = (_folder.Write("cache/loradiff-1-a.tmp", "x"), _folder.Write("cache/loradiff-2-b.tmp", "x"));
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        DataFolder.Load(_data, Options).Dispose();
        Assert.Equal((false, true), (File.Exists(old), File.Exists(fresh)));
    }

    [Fact]
    public void Cache_ThatCannotBeAFolder_IsNamed()
    {
        var file = _folder.Write("file", "x");
        Assert.Contains(file, Assert.Throws<DataException>(() => DataFolder.Load(_data, Options with { DataCache = file })).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
