namespace LoraDiff.Conversion;

/// <summary>Which positions of a block a confidence threshold may commit in a step.</summary>
public enum CommitOrder
{
    /// <summary>All that reach it, wherever they are, and always the most confident one: the rule of the literature.</summary>
    Confidence,

    /// <summary>From the left, up to the first missing position that does not reach it, and always the leftmost one: no token is committed before those to its left.</summary>
    LeftToRight,
}
