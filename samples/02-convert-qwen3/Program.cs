// A downloaded Qwen3, Qwen2.5 or Llama checkpoint, converted with your own data and asked a question. Usage: convert-qwen3 CHECKPOINT DATA.jsonl OUTPUT [MINUTES]
using System.Globalization;
using LoraDiff.Adapters;
using LoraDiff.Conversion;

if (args.Length is < 3 or > 4)
{
    Console.Error.WriteLine("usage: convert-qwen3 CHECKPOINT DATA.jsonl OUTPUT [MINUTES]");
    return 2;
}

var minutes = args.Length == 4 ? double.Parse(args[3], CultureInfo.InvariantCulture) : 60;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, signal) =>
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

var checkpoints = Path.Combine(args[2], "checkpoints");

// A model of a billion parameters and more learns with a larger adapter and needs its activations computed twice to fit in memory.
var request = new ConversionRequest
{
    Model = args[0],
    Data = args[1],
    Output = args[2],
    Resume = Directory.Exists(checkpoints) && Directory.EnumerateDirectories(checkpoints, "step-*").Any(),
    Recipe = ConversionRecipe.LoraDiff with { BlockSchedule = new BlockSchedule { Initial = 2, Ratio = 2, Max = 32, GrowthShare = 0.3 } },
    Lora = new LoraOptions { Rank = 64, Alpha = 128, TargetModules = ModulePatterns.AllLinear },
    Training = new() { Minutes = minutes, BatchSize = 8, GradientCheckpointing = true },
    DataOptions = new() { MaxLength = 512 },
};
var progress = new Progress<LoraDiff.Conversion.Training.TrainingProgress>(p => Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"step {p.Step}  block {p.BlockSize}  loss {p.Loss:F3}  {p.TokensPerSecond:F0} tokens/s  {p.Remaining:h\\:mm\\:ss} left")));
var result = await new LoraDiffConverter().ConvertAsync(request, progress, stop.Token);
Console.WriteLine($"{result.Training.Reason} after {result.Training.Step} steps: {result.Output}");

using var model = LanguageModel.Load(args[0], result.Output);
var answer = model.Generate("Name three rivers of Europe.", new() { MaxNewTokens = 64 });
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Text}\n({answer.Tpf:F2} tokens per forward)"));
return 0;
