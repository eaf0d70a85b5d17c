namespace LoraDiff.Conversion.Generation;

/// <summary>What one prompt gave.</summary>
public sealed record GenerationResult
{
    /// <summary>Number of the prompt in the list.</summary>
    public required int Row { get; init; }

    /// <summary>The generated ids: no prompt, no stop token, no mask token.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>Their text, cut before a stop string, special tokens left out; null where the decoder has no tokenizer.</summary>
    public required string? Text { get; init; }

    /// <summary>Why it ended.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>Tokens generated, the stop token included.</summary>
    public required int GeneratedTokens { get; init; }

    /// <summary>
    /// Forwards of the model that this row took part in and that predicted something for it, as if it were alone. The one that reads the prompt
    /// is at the same time the first step and counts as that; earlier parts of a long prompt predict nothing and do not count.
    /// Committing a finished block costs none: its keys are written by the next block's first step.
    /// </summary>
    public required int Nfe { get; init; }

    /// <summary>Tokens per forward: <see cref="GeneratedTokens"/> / <see cref="Nfe"/>. 1 for autoregressive decoding.</summary>
    public double Tpf => Nfe == 0 ? 0 : (double)GeneratedTokens / Nfe;
}
