using LoraDiff.Conversion.Generation;
using LoraDiff.Conversion.Models;
using LoraDiff.Fixtures;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Generation;

/// <summary>A randomly weighted Qwen3 of 288 tokens, computing in float32. Its head is not tied: with a tied one random weights predict the token they just read.</summary>
internal static class TinyModel
{
    private static readonly Lazy<CausalModel> Loaded = new(Load);

    /// <summary>Shared by tests that do not change it.</summary>
    public static CausalModel Shared => Loaded.Value;

    public static CausalModel Load() => CausalModel.Load(FixtureFolder.Require("models", "qwen3-bf16-shards"), new ModelLoadOptions { ComputeType = ScalarType.Float32 });

    public static DecodingProfile Profile(int blockSize, bool shift = true, CleanHalf clean = CleanHalf.TokenCausal, GridOrigin origin = GridOrigin.Completion, params int[] stops) => new()
    {
        BlockSize = blockSize,
        Shift = shift,
        CleanHalf = clean,
        GridOrigin = origin,
        MaskTokenId = 287,
        StopTokenIds = stops,
    };

    /// <summary>Prompts of the given lengths, ids below 280.</summary>
    public static int[][] Prompts(params int[] lengths)
    {
        var random = new Random(42);
        return [.. lengths.Select(n => Enumerable.Range(0, n).Select(_ => random.Next(3, 280)).ToArray())];
    }
}
