namespace LoraDiff.Conversion.Data;

/// <summary>One tokenised document.</summary>
/// <param name="Ids">Its tokens, prompt and completion; never padded.</param>
/// <param name="CompletionStart">Index of the first token to learn; 0 for a plain text.</param>
/// <param name="Complete">Whether the document ends where its text ended. False where it was cut off: then it has no end token and is not filled with padding.</param>
/// <param name="Kind">What the data calls this kind of document, or null.</param>
public sealed record TrainingSample(int[] Ids, int CompletionStart, bool Complete = true, string? Kind = null);
