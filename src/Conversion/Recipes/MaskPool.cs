namespace LoraDiff.Conversion;

/// <summary>Which positions of a block <see cref="MaskSampling.PositionDependent"/> draws its k from.</summary>
public enum MaskPool
{
    /// <summary>The whole block; unsupervised positions are un-masked after the draw, so that partly supervised blocks end with fewer than k (Efficient-DLM's code).</summary>
    Block,

    /// <summary>The supervised positions only, so that k is what is masked.</summary>
    Supervised,
}
