namespace LoraDiff.Conversion.Generation;

/// <summary>
/// What a commit rule takes for the confidence of a predicted token. All are computed from the softmax of the model's own logits, at
/// temperature 1 and before top-k or top-p: sampling settings change which token is drawn, never what a threshold means.
/// </summary>
public enum ConfidenceMeasure
{
    /// <summary>The probability of the predicted token. What thresholds such as 0.9 are about.</summary>
    Probability,

    /// <summary>The largest probability less the second largest, 0 to 1.</summary>
    Margin,

    /// <summary>Σ p log p in nats: 0 where the model is certain, −log V where it knows nothing. A threshold is a bound on the entropy, negated.</summary>
    NegativeEntropy,
}
