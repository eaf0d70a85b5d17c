using System.Diagnostics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LoraDiff.Conversion.Data;
using LoraDiff.Tokenizers;

namespace LoraDiff.Bench;

/// <summary>Reading JSONL, tokenising it, and reading it from the cache.</summary>
internal static class DataReading
{
    private const long Bytes = 60_000_000;
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyDictionary<string, object> Run(Arguments arguments)
    {
        var model = arguments.Text("model", "samples/smallworld/checkpoint");
        var file = arguments.Text("file", Path.Combine(Path.GetTempPath(), "loradiff-bench-data.jsonl"));
        Write(file);
        var megabytes = new FileInfo(file).Length / 1e6;
        var tokenizer = Tokenizer.FromFolder(model);
        var cache = Directory.CreateTempSubdirectory("loradiff-bench-cache-").FullName;
        try
        {
            var renderer = new ConversationRenderer(null) { Fingerprint = model };
            var options = new DataOptions { MaxLength = 2048 };
            var read = Seconds(8, () => ReadAll(file));
            string[] texts = [.. DataReader.Read(file).Select(r => r.Text ?? r.Prompt + r.Completion)];
            var alone = Seconds(8, () => tokenizer.EncodeBatch(texts, addSpecialTokens: true));
            texts = [];
            var tokenise = Seconds(8, () => Pass(file, tokenizer, renderer, options with { MemoryBytes = 0 }));
            Pass(file, tokenizer, renderer, options with { DataCache = cache });
            var cached = Seconds(8, () => Pass(file, tokenizer, renderer, options with { DataCache = cache }));
            return new Dictionary<string, object>
            {
                ["what"] = "data", ["tokenizer"] = model, ["mb"] = Math.Round(megabytes, 1), ["jsonl_mb_per_s"] = Math.Round(megabytes / read, 1), ["tokenizer_mb_per_s"] = Math.Round(megabytes / alone, 1),
                ["tokenise_mb_per_s"] = Math.Round(megabytes / tokenise, 1), ["tokenise_over_tokenizer"] = Math.Round(tokenise / alone, 2), ["cached_mb_per_s"] = Math.Round(megabytes / cached, 1),
                ["cached_over_tokenise"] = Math.Round(cached / tokenise, 3),
            };
        }
        finally
        {
            Directory.Delete(cache, recursive: true);
        }
    }

    private static int ReadAll(string file) => DataReader.Read(file).Count();

    /// <summary>Loads the data and reads every document once, as an epoch does.</summary>
    private static long Pass(string file, Tokenizer tokenizer, ConversationRenderer renderer, DataOptions options)
    {
        using var data = TrainingData.Load(file, tokenizer, renderer, options);
        return data.Samples.Sum(s => (long)s.Ids.Length);
    }

    private static double Seconds(int runs, Action work)
    {
        var best = double.MaxValue;
        for (var i = 0; i <= runs; i++)
        {
            GC.Collect();
            var start = Stopwatch.GetTimestamp();
            work();
            best = i == 0 ? best : Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static void Write(string file)
    {
        var questions = File.ReadAllLines("samples/smallworld/data/train.jsonl");
        var documents = Directory.EnumerateFiles("docs", "*.md", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles("src", "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).Select(f => JsonSerializer.Serialize(new { text = File.ReadAllText(f) }, Plain)).ToArray();
        using var lines = new StreamWriter(file, append: false, new UTF8Encoding(false));
        for (long written = 0, i = 0; written < Bytes; i++)
        {
            var line = i % 10 == 0 ? documents[i / 10 % documents.Length] : questions[i % questions.Length];
            lines.WriteLine(line);
            written += Encoding.UTF8.GetByteCount(line) + 1;
        }
    }
}
