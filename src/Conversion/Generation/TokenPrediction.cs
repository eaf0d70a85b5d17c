namespace LoraDiff.Conversion.Generation;

/// <summary>The token drawn for one position, and how sure the model is of it.</summary>
/// <param name="Token">Its id.</param>
/// <param name="Confidence">In the unit of the <see cref="ConfidenceMeasure"/>.</param>
internal readonly record struct TokenPrediction(int Token, float Confidence);
