namespace LoraDiff.Conversion.Analysis;

/// <summary>How far an evaluation is.</summary>
/// <param name="Done">Samples decoded.</param>
/// <param name="Total">Samples in all.</param>
/// <param name="Correct">How many of <see cref="Done"/> are right.</param>
/// <param name="Tpf">Tokens per forward so far.</param>
public sealed record EvaluationProgress(int Done, int Total, int Correct, double Tpf);
