namespace LoraDiff.Conversion.Generation;

/// <summary>Text that has become final since the row's chunk before.</summary>
/// <param name="Row">Number of the prompt in the list.</param>
/// <param name="Text">The new text; empty where the new tokens end inside a character. Null where the decoder has no tokenizer.</param>
/// <param name="TokenIds">The new ids. After a stop string they may include its first tokens, which the result leaves out.</param>
/// <param name="Result">The whole row, in its last chunk only.</param>
public sealed record GenerationChunk(int Row, string? Text, IReadOnlyList<int> TokenIds, GenerationResult? Result);
