using System.Diagnostics;
using System.Text.Json;

namespace LoraDiff.Bench.Tokenizers;

/// <summary>The Rust library behind Hugging Face's Python package tokenizers, timed on the same text in the same run, on one thread.</summary>
internal static class RustPeer
{
    private const string Script = """
        import json, sys, time
        from tokenizers import Tokenizer
        def best(n, f):
            f(); t = []
            for _ in range(n):
                s = time.process_time(); r = f(); t.append(time.process_time() - s)
            return min(t), r
        path, text = sys.argv[1], open(sys.argv[2], encoding='utf-8', newline='').read()
        load, t = best(3, lambda: Tokenizer.from_file(path))
        one = lambda text: t.encode_batch_fast([text], add_special_tokens=False)
        whole, e = best(2, lambda: one(text))
        docs = [text[i:i + 10000] for i in range(0, len(text), 10000)]
        documents, _ = best(2, lambda: [one(d) for d in docs])
        decode, _ = best(2, lambda: t.decode(e[0].ids, skip_special_tokens=False))
        print(json.dumps(dict(load=load, whole=whole, documents=documents, decode=decode, tokens=len(e[0].ids))))
        """;

    public static string? Find()
    {
        var peers = Environment.GetEnvironmentVariable("LORADIFF_PYTHON_PEERS") ?? "/tmp/peers";
        return Directory.Exists(Path.Combine(peers, "tokenizers")) ? peers : null;
    }

    public static Dictionary<string, double>? Run(string peers, string tokenizerFile, string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, text);
            var start = new ProcessStartInfo("python3.11", ["-s", "-c", Script, tokenizerFile, file]) { RedirectStandardOutput = true };
            start.Environment["PYTHONPATH"] = peers;
            start.Environment["TOKENIZERS_PARALLELISM"] = "false";
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? JsonSerializer.Deserialize<Dictionary<string, double>>(output) : null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
