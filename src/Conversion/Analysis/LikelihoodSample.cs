namespace LoraDiff.Conversion.Analysis;

/// <summary>A text whose end is scored.</summary>
/// <param name="Ids">Tokens of prompt and completion.</param>
/// <param name="CompletionStart">First scored position, at least 1.</param>
internal sealed record LikelihoodSample(int[] Ids, int CompletionStart)
{
    /// <summary>Number of scored tokens.</summary>
    public int Targets => Ids.Length - CompletionStart;
}
