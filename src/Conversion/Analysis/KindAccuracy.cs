namespace LoraDiff.Conversion.Analysis;

/// <summary>Right answers among the samples of one kind.</summary>
/// <param name="Correct">How many are right.</param>
/// <param name="Total">How many there are.</param>
public sealed record KindAccuracy(int Correct, int Total)
{
    /// <summary><see cref="Correct"/> / <see cref="Total"/>, 0 to 1.</summary>
    public double Accuracy => Total == 0 ? 0 : (double)Correct / Total;
}
