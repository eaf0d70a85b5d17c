namespace LoraDiff.Conversion;

/// <summary>How many noise levels a document draws.</summary>
public enum NoiseScope
{
    /// <summary>One for the whole document.</summary>
    Sequence,

    /// <summary>One for each block.</summary>
    Block,
}
