namespace LoraDiff.Hub.Cards;

/// <summary>One measurement that a card reports.</summary>
public sealed record CardEvaluation
{
    /// <summary>What was measured on: a data set's id or a file's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>Whether the adapter was on; false is the base model.</summary>
    public required bool WithAdapter { get; init; }

    /// <summary>How it was decoded, for people: <c>autoregressive</c>, or <c>diffusion, threshold 0.9</c>.</summary>
    public required string Decoding { get; init; }

    /// <summary>Share of right answers, 0 to 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Prompts that were answered.</summary>
    public required int Prompts { get; init; }

    /// <summary>Generated tokens per forward.</summary>
    public required double TokensPerForward { get; init; }

    /// <summary>Mean −log p of a token of the given answers, nats; null where it was not measured.</summary>
    public double? NllPerToken { get; init; }

    /// <summary>The command that made the numbers.</summary>
    public required string Command { get; init; }
}
