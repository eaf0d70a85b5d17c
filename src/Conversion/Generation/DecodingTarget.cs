namespace LoraDiff.Conversion.Generation;

/// <summary>A position whose token one row of logits predicts.</summary>
internal readonly record struct DecodingTarget(GenerationRow Row, int Position);
