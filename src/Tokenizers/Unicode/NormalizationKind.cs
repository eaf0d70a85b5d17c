namespace LoraDiff.Tokenizers.Unicode;

/// <summary>The four Unicode normalization forms.</summary>
internal enum NormalizationKind
{
    Composed,
    Decomposed,
    CompatibilityComposed,
    CompatibilityDecomposed,
}
