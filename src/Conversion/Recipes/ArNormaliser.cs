namespace LoraDiff.Conversion;

/// <summary>What the autoregressive sum is divided by. The diffusion sum is always divided by the supervised tokens of the whole accumulated batch.</summary>
public enum ArNormaliser
{
    /// <summary>The number of its own targets: the term is a mean.</summary>
    OwnTargets,

    /// <summary>The supervised tokens, like the diffusion term: the ratio of the two terms is that of NBDiff's sums.</summary>
    SupervisedTokens,
}
