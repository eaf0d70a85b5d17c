namespace LoraDiff.Conversion.Training;

/// <summary>Where a run stands after a step.</summary>
public sealed record TrainingProgress
{
    /// <summary>Steps done, over all parts of a resumed run.</summary>
    public required long Step { get; init; }

    /// <summary>Steps in all, or null where time limits the run.</summary>
    public required int? Steps { get; init; }

    /// <summary>How much of the run is done, 0 to 1.</summary>
    public required double Fraction { get; init; }

    /// <summary>Time spent, over all parts of a resumed run.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Time that is probably left.</summary>
    public required TimeSpan Remaining { get; init; }

    /// <summary>Epoch of the step's first document, from 0.</summary>
    public required long Epoch { get; init; }

    /// <summary>Block size of the step.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>The loss that was minimised: both terms.</summary>
    public required double Loss { get; init; }

    /// <summary>Its diffusion term.</summary>
    public required double DiffusionLoss { get; init; }

    /// <summary>Mean −log p of the autoregressive targets; 0 where the recipe has none.</summary>
    public required double ArLoss { get; init; }

    /// <summary>Norm of the gradient before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Positions of the step's documents, filled up to whole blocks: what a trainer without row dropping would run through, in each half.</summary>
    public required long Positions { get; init; }

    /// <summary>Masked positions of the step.</summary>
    public required long Masked { get; init; }

    /// <summary>Tokens of the documents, without filling, per second since the last report.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Positions per second since the last report.</summary>
    public required double PositionsPerSecond { get; init; }

    /// <summary>What an evaluation after this step measured, or null.</summary>
    public IReadOnlyDictionary<string, double>? Evaluation { get; init; }
}
