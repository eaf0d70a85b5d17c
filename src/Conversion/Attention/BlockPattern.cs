namespace LoraDiff.Conversion.Attention;

/// <summary>Who may see whom in one forward. The first three run over one copy of the tokens, the others over <c>[x_t ; x_0]</c>.</summary>
public enum BlockPattern
{
    /// <summary>Each row sees itself and all before it.</summary>
    Causal,

    /// <summary>Every row sees the whole document.</summary>
    Bidirectional,

    /// <summary>A row sees its own block and all blocks before it, in the one copy there is: the context is as noisy as the block.</summary>
    NoisyBlockCausal,

    /// <summary>A noisy row sees its own noisy block and the clean tokens of earlier blocks; clean rows are causal (NBDiff).</summary>
    CleanTokenCausal,

    /// <summary>A noisy row sees its own noisy block and the clean tokens of earlier blocks; a clean row sees its own clean block and those before it (Efficient-DLM).</summary>
    CleanBlockCausal,
}
