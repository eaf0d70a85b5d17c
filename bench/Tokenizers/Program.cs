using System.Globalization;
using LoraDiff.Bench.Tokenizers;
using LoraDiff.Tokenizers;

// dotnet run -c Release --project bench/Tokenizers [tokenizer.json] [text file]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var repository = SampleText.FindRepository();
var tokenizerFile = args.Length > 0 ? args[0] : Path.Combine(repository, "..", "shared", "fixtures", "qwen_tokenizer", "tokenizer.json");
if (!File.Exists(tokenizerFile))
{
    tokenizerFile = Path.Combine(repository, "samples", "smallworld", "checkpoint", "tokenizer.json");
}

var text = args.Length > 1 ? File.ReadAllText(args[1]) : SampleText.Make(repository, 10_000_000);
var bytes = System.Text.Encoding.UTF8.GetByteCount(text);
Console.WriteLine($"{tokenizerFile}: {new FileInfo(tokenizerFile).Length / 1e6:F1} MB; text: {bytes / 1e6:F1} MB");

var naive = Clock.Wall(10, () => NaiveWalk.Load(tokenizerFile));
var load = Clock.Wall(20, () => Tokenizer.FromFile(tokenizerFile));
Console.WriteLine($"load      ours {load * 1e3,8:F0} ms   naive JsonDocument walk {naive * 1e3,6:F0} ms   ratio {load / naive:F2}");

var tokenizer = Tokenizer.FromFile(tokenizerFile);
IReadOnlyList<int> ids = [];
var whole = Clock.Best(4, () => ids = tokenizer.EncodeToIds(text));
var documents = SampleText.Cut(text, 10_000);
var pieces = Clock.Best(4, () => documents.ForEach(document => tokenizer.EncodeToIds(document)));
var offsets = Clock.Best(2, () => documents.ForEach(document => tokenizer.Encode(document)));
var decode = Clock.Best(3, () => tokenizer.Decode(ids));
Console.WriteLine($"encode    whole text {bytes / whole / 1e6,6:F1} MB/s   documents of 10 kB {bytes / pieces / 1e6,6:F1} MB/s   with offsets {bytes / offsets / 1e6,6:F1} MB/s   ({ids.Count:N0} tokens)");
Console.WriteLine($"decode    {bytes / decode / 1e6,6:F1} MB/s");
foreach (var unit in new[] { "a", " ", "\n", "字", "é", "!", "ab" })
{
    var shorter = string.Concat(Enumerable.Repeat(unit, 250_000));
    var longer = string.Concat(Enumerable.Repeat(unit, 1_000_000));
    var one = Clock.Best(2, () => tokenizer.EncodeToIds(shorter));
    var four = Clock.Best(2, () => tokenizer.EncodeToIds(longer));
    Console.WriteLine($"one run of {unit.ReplaceLineEndings("\\n"),-3} 1,000,000 x {four * 1e3,7:F0} ms   {four / one,5:F1} times as long as for 250,000 x");
}

if (RustPeer.Find() is { } python)
{
    var rust = RustPeer.Run(python, tokenizerFile, text);
    Console.WriteLine(rust is null ? "The Rust library did not run." : $"Rust      load {rust["load"] * 1e3:F0} ms (ours {load / rust["load"]:F2} x)   whole text {bytes / rust["whole"] / 1e6:F1} MB/s (ours {rust["whole"] / whole:F1} x as fast)   "
        + $"documents {bytes / rust["documents"] / 1e6:F1} MB/s (ours {rust["documents"] / pieces:F1} x)   decode {bytes / rust["decode"] / 1e6:F1} MB/s (ours {rust["decode"] / decode:F1} x)   tokens {(int)rust["tokens"]:N0} ({(rust["tokens"] == ids.Count ? "equal" : "DIFFERENT")})");
}
else
{
    Console.WriteLine("No Rust library to compare with: there is no Python with the package tokenizers (LORADIFF_PYTHON_PEERS or /tmp/peers).");
}
