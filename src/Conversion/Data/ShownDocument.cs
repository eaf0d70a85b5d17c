namespace LoraDiff.Conversion.Data;

/// <summary>A document as the model sees it.</summary>
/// <param name="Location">File and line of its record.</param>
/// <param name="Sample">Its tokens.</param>
/// <param name="BlockStarts">First position of each block.</param>
/// <param name="Padding">Padding tokens that fill up the last block; they are learnt.</param>
/// <param name="IsEvaluation">Whether it is kept apart for evaluation.</param>
public sealed record ShownDocument(string Location, TrainingSample Sample, IReadOnlyList<int> BlockStarts, int Padding, bool IsEvaluation);
