namespace LoraDiff.Conversion.Attention;

/// <summary>How an attention pattern is computed. Both paths give the same numbers.</summary>
public enum AttentionPath
{
    /// <summary>Segment by segment; no mask of all queries by all keys ever exists.</summary>
    Fast,

    /// <summary>One dense mask over all rows: the reference for tests.</summary>
    Reference,
}
