namespace LoraDiff.Conversion.Data;

/// <summary>A text to tokenise.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="CompletionStart">UTF-16 index of the first character to learn.</param>
/// <param name="IsConversation">Whether a chat template made it: then it has its own special tokens and its own end.</param>
public sealed record RenderedDocument(string Text, int CompletionStart, bool IsConversation);
