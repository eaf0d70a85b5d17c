namespace LoraDiff.Conversion;

/// <summary>Which probability stands below the 1 of <see cref="DiffusionWeight.InverseT"/>.</summary>
public enum WeightProbability
{
    /// <summary>The noise level that was drawn, t, as the sources have it. It is not the rate that was masked once k = round(t·n) is rounded, raised to one, or thinned by unsupervised positions.</summary>
    NoiseLevel,

    /// <summary>
    /// The rate that was masked: masked supervised tokens of the block over its supervised tokens, k/n. A block then counts n times the mean cross-entropy of its masked tokens,
    /// and at uniform masking Σ ce·n/k has exactly the expectation of the sum over all n tokens given k.
    /// </summary>
    MaskedFraction,
}
