namespace LoraDiff.Conversion;

/// <summary>Where the grid of blocks starts, in training and in decoding.</summary>
public enum GridOrigin
{
    /// <summary>At the sequence's first token: a completion may begin in the middle of a block.</summary>
    Sequence,

    /// <summary>At the completion's first token; the prompt's blocks count backwards from there, and its first one may be short.</summary>
    Completion,
}
