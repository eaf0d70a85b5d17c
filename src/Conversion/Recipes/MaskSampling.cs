namespace LoraDiff.Conversion;

/// <summary>How masked positions are drawn once the noise level t is known.</summary>
public enum MaskSampling
{
    /// <summary>Every position independently with probability p = (1 − ε)·t + ε.</summary>
    Uniform,

    /// <summary>
    /// Exactly k = round(t·n) positions of each block by Gumbel-top-k with log-weights [ln 2/(λ·b)]·(1 − t)·i at in-block index i (Efficient-DLM, Eq. 2): the right end of a block is masked more
    /// often, as it is in decoding.
    /// </summary>
    PositionDependent,
}
