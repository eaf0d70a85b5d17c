using LoraDiff.Conversion;
using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Native;
using static TorchSharp.torch;

namespace LoraDiff.Bench;

/// <summary>Forwards of 1, 8, 16 and 32 tokens against a cache of 64, with logits at every token, as <c>peer_bench.py decode</c> does.</summary>
internal static class DecodingStep
{
    private const int Cached = 64;
    private const int Rounds = 5;

    public static IReadOnlyDictionary<string, object> Run(Arguments arguments)
    {
        var shape = Shape.Named(arguments.Text("shape", "qwen3-0.6b"));
        ScalarType? wanted = arguments.Text("dtype", "auto") switch { "fp32" => ScalarType.Float32, "bf16" => ScalarType.BFloat16, _ => null };
        using var model = CausalModel.Load(RandomCheckpoint.Folder(shape), new() { ComputeType = wanted });
        using var cache = new KeyValueCache(shape.Layers, shape.KeyValueHeads, shape.HeadSize, 1, Cached + 64, model.ComputeType, CPU);
        using var noGrad = no_grad();
        // A block of 32 in sixteen steps, two tokens each; logits only where a token is still missing.
        var profile = new DecodingProfile { BlockSize = 32, Shift = false, CleanHalf = CleanHalf.TokenCausal, GridOrigin = GridOrigin.Completion, MaskTokenId = 0 };
        var options = new GenerationOptions { MaxNewTokens = 64, IgnoreStopTokens = true, Rule = CommitRule.TopK(2) };
        // In turn: what memory gives changes from second to second where other machines share it.
        var rounds = Enumerable.Range(0, Rounds).Select(_ => (Block: Step(new BlockDecoder(model, profile), options), Ar: Step(new ArDecoder(model, []), options), Rate: Measure.ReadRate())).ToList();
        double block = Measure.Middle(rounds.Select(r => r.Block)), ar = Measure.Middle(rounds.Select(r => r.Ar));
        // Afterwards: by now the runtime has compiled what runs often.
        Forward(model, cache, 0, Cached);
        var seconds = new[] { 1, 8, 16, 32 }.ToDictionary(n => n, n => Measure.Median(() => Forward(model, cache, Cached, n), 8));
        var rate = Measure.Middle(rounds.Select(r => r.Rate));
        var floor = shape.Elements * 2.0 / 1e9 / rate;
        return new Dictionary<string, object>
        {
            ["what"] = "decode", ["shape"] = shape.Name, ["dtype"] = model.ComputeType.ToString(), ["kernels"] = FusedOps.Current.Name,
            ["forward_seconds"] = seconds.ToDictionary(p => p.Key.ToString(System.Globalization.CultureInfo.InvariantCulture), p => Math.Round(p.Value, 5)),
            ["block_over_ar"] = Math.Round(seconds[32] / seconds[1], 2), ["read_gb_per_s"] = Math.Round(rate, 1), ["weights_once_seconds"] = Math.Round(floor, 4),
            ["ar_over_weights_once"] = Math.Round(seconds[1] / floor, 2),
            ["decoder_block_step_seconds"] = Math.Round(block, 5), ["decoder_ar_step_seconds"] = Math.Round(ar, 5), ["decoder_block_step_over_ar_step"] = Math.Round(block / ar, 2),
            ["decoder_block_step_over_ar_step_by_round"] = rounds.Select(r => Math.Round(r.Block / r.Ar, 2)),
        };
    }

    /// <summary>Seconds a forward of a whole decoder takes, from the second forward on: the first reads the prompt.</summary>
    private static double Step(ITextDecoder decoder, GenerationOptions options)
    {
        var prompt = Enumerable.Range(1, Cached).ToArray();
        var clock = new StepClock();
        decoder.Generate([prompt], options, clock);
        return clock.MedianSeconds;
    }

    private static void Forward(CausalModel model, KeyValueCache cache, int start, int count)
    {
        using var scope = NewDisposeScope();
        var rows = arange(start, start + count, dtype: int64);
        var segments = new SegmentTable(count, cache.Rows, [new(0, count, new(0, start + count, Causal: start == 0))]);
        using var plan = new AttentionPlan(segments, AttentionPath.Fast, cache, rows);
        model.Head(model.forward(rows % 900, rows, plan)).Dispose();
    }
}
