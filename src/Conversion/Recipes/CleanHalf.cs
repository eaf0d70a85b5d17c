namespace LoraDiff.Conversion;

/// <summary>What the rows of the clean copy x_0 see of each other.</summary>
public enum CleanHalf
{
    /// <summary>Itself and all before it (NBDiff's context-causal M_CC): with a fresh adapter the clean half is the base model, and its rows can predict the next token.</summary>
    TokenCausal,

    /// <summary>Its whole block and all blocks before it (Efficient-DLM's and BD3's M_BC).</summary>
    BlockCausal,
}
