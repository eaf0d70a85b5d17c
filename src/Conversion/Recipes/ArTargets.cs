namespace LoraDiff.Conversion;

/// <summary>Which tokens the autoregressive loss predicts on the clean half.</summary>
public enum ArTargets
{
    /// <summary>The supervised ones: the completion, or all of a plain text but its first token.</summary>
    Supervised,

    /// <summary>All but the first, prompts included.</summary>
    All,
}
