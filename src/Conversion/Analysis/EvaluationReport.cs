using LoraDiff.Conversion.Generation;

namespace LoraDiff.Conversion.Analysis;

/// <summary>What an evaluation measured.</summary>
public sealed record EvaluationReport
{
    /// <summary><see cref="Correct"/> / <see cref="Total"/>, 0 to 1.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;

    /// <summary>Samples whose completion is right by <see cref="ExactAnswer"/>.</summary>
    public required int Correct { get; init; }

    /// <summary>Samples evaluated.</summary>
    public required int Total { get; init; }

    /// <summary>The same by kind, sorted by name; samples without a kind are under <c>none</c>.</summary>
    public required IReadOnlyDictionary<string, KindAccuracy> ByKind { get; init; }

    /// <summary>
    /// Mean −log p in nats of a token of the given completions, the end-of-turn token included; null where no sample has a completion.
    /// See <c>LikelihoodEstimator</c> for what it is in diffusion mode.
    /// </summary>
    public required double? NllPerToken { get; init; }

    /// <summary>Generated tokens per forward: all tokens over <see cref="Nfe"/>.</summary>
    public double Tpf => Nfe == 0 ? 0 : (double)GeneratedTokens / Nfe;

    /// <summary>Forwards, summed over the samples as if each were decoded alone (<see cref="GenerationResult.Nfe"/>).</summary>
    public required long Nfe { get; init; }

    /// <summary>Generated tokens, stop tokens included.</summary>
    public required long GeneratedTokens { get; init; }

    /// <summary>Generated tokens per second of decoding, of all rows of a batch together.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>What each sample gave, in the samples' order.</summary>
    public required IReadOnlyList<GenerationResult> Results { get; init; }

    /// <summary>Whether each is right.</summary>
    public required IReadOnlyList<bool> Right { get; init; }
}
