using System.Text.Json;
using LoraDiff.Bench;

// One JSON object a run, in the fields of peer_bench.py. See bench/README.md.
var benchmarks = new Dictionary<string, Func<Arguments, IReadOnlyDictionary<string, object>>>
{
    ["train"] = TrainingStep.Run,
    ["decode"] = DecodingStep.Run,
    ["load"] = Loading.Run,
    ["data"] = DataReading.Run,
};
if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var run))
{
    Console.Error.WriteLine($"usage: LoraDiff.Bench {string.Join('|', benchmarks.Keys)} [--shape qwen3-0.6b|smallworld] [--dtype auto|bf16|fp32] [--length L] [--block b] [--rank r] [--batch B] [--steps S] [--checkpointing] [--model DIR] [--file FILE]");
    return 2;
}

Console.WriteLine(JsonSerializer.Serialize(run(new Arguments(args[1..]))));
return 0;
