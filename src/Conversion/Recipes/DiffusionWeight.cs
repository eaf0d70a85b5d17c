namespace LoraDiff.Conversion;

/// <summary>Weight of a masked token's cross-entropy.</summary>
public enum DiffusionWeight
{
    /// <summary>1 for every masked token: the sum NBDiff prints.</summary>
    Flat,

    /// <summary>1/t, the linear schedule's likelihood weight; which t is said by <see cref="WeightProbability"/>.</summary>
    InverseT,
}
