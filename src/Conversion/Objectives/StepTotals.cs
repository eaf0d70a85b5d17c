namespace LoraDiff.Conversion.Objectives;

/// <summary>Counts over all documents of an optimiser step, whatever micro-batches they are computed in: the divisors of the loss.</summary>
/// <param name="Supervised">Positions that the diffusion term may predict, masked or not.</param>
/// <param name="ArTargets">Positions that the autoregressive term predicts.</param>
/// <param name="Masked">Masked positions.</param>
public sealed record StepTotals(int Supervised, int ArTargets, int Masked)
{
    /// <summary>Counts.</summary>
    public static StepTotals Of(IReadOnlyList<MaskedDocument> documents) => new(
        documents.Sum(d => d.Supervised.AsSpan().Count(true)),
        documents.Sum(d => d.ArTargets.AsSpan().Count(true)),
        documents.Sum(d => d.Corruption.Masked.AsSpan().Count(true)));
}
