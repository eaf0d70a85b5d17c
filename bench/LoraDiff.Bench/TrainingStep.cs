using LoraDiff.Adapters;
using LoraDiff.Conversion;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Models;
using LoraDiff.Conversion.Training;
using TorchSharp;

namespace LoraDiff.Bench;

/// <summary>
/// A training step as <c>peer_bench.py train</c> does it: random ids, every token supervised, token-causal clean half, uniform masking, 1/t, AR loss 0.5, LoRA on every linear of the blocks, AdamW.
/// floor: two forward-equivalents of the frozen linears over 2·L·B rows and three products of the head at the used positions, at the matmul rate measured here.
/// </summary>
internal static class TrainingStep
{
    public static IReadOnlyDictionary<string, object> Run(Arguments arguments)
    {
        var shape = Shape.Named(arguments.Text("shape", "qwen3-0.6b"));
        int length = arguments.Number("length", 512), block = arguments.Number("block", 32), rank = arguments.Number("rank", 64), batch = arguments.Number("batch", 1), steps = arguments.Number("steps", 4);
        torch.ScalarType? wanted = arguments.Text("dtype", "auto") switch { "fp32" => torch.ScalarType.Float32, "bf16" => torch.ScalarType.BFloat16, _ => null };
        var folder = RandomCheckpoint.Folder(shape);
        using var model = CausalModel.Load(folder, new() { ComputeType = wanted });
        var rate = Measure.MatmulRate(2L * length * batch, shape.Intermediate, shape.Hidden, model.ComputeType);
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = rank, Alpha = 2 * rank, TargetModules = ModulePatterns.AllLinear });
        var recipe = ConversionRecipe.LoraDiff with
        {
            Name = "bench", Shift = false, MaskSampling = MaskSampling.Uniform, BlockSchedule = BlockSchedule.Fixed(block), GridOrigin = GridOrigin.Sequence, MaskTokenId = shape.Vocabulary - 1,
        };
        var random = new Random(0);
        TrainingSample[] samples = [.. Enumerable.Range(0, batch * (steps + 2)).Select(_ => new TrainingSample([.. Enumerable.Range(0, length).Select(_ => random.Next(shape.Vocabulary - 1))], 0))];
        var options = new TrainingOptions { Steps = steps + 1, BatchSize = batch, LearningRate = 1e-4, LogEvery = 1, RowsPerForward = int.MaxValue, GradientCheckpointing = arguments.Flag("checkpointing") };
        var times = new List<(double Elapsed, long Masked)>();
        new Trainer(model, adapter, recipe, options).Run(new TrainingJob { Samples = samples, PadTokenId = 0 }, new Immediate(p => times.Add((p.Elapsed.TotalSeconds, p.Masked))));

        double[] seconds = [.. times.Skip(1).Zip(times, (later, earlier) => later.Elapsed - earlier.Elapsed).Order()];
        var median = seconds[seconds.Length / 2];
        var used = times.Skip(1).Average(t => t.Masked) + (double)batch * (length - 1);
        var floor = (2.0 * 2 * shape.LinearElements * 2 * length * batch + 3.0 * 2 * shape.Vocabulary * shape.Hidden * used) / 1e9 / rate;
        var adapterBytes = adapter.Report.Trainable * 16.0;   // value, gradient and two moments in float32
        var counted = (shape.Elements * 2.0 + shape.SavedElementsPerRow * 2.0 * length * batch * (model.ComputeType == torch.ScalarType.Float32 ? 4 : 2) + adapterBytes) / (1 << 30);
        return new Dictionary<string, object>
        {
            ["what"] = "train", ["shape"] = shape.Name, ["dtype"] = model.ComputeType.ToString(), ["length"] = length, ["block"] = block, ["rank"] = rank, ["batch"] = batch,
            ["checkpointing"] = options.GradientCheckpointing, ["kernels"] = Native.FusedOps.Current.Name, ["matmul_gflops"] = Math.Round(rate, 1), ["seconds_per_step"] = Math.Round(median, 4),
            ["floor_seconds"] = Math.Round(floor, 4), ["times_floor"] = Math.Round(median / floor, 2), ["positions_per_second"] = Math.Round(length * batch / median, 1),
            ["peak_gib"] = Math.Round(Measure.PeakGiB(), 2), ["counted_gib"] = Math.Round(counted, 2), ["times_counted"] = Math.Round(Measure.PeakGiB() / counted, 2),
        };
    }

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
