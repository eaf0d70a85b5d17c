namespace LoraDiff.Tokenizers;

/// <summary>A token, its text in the vocabulary and the part of the text that it stands for.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Value">The token as it is written in the vocabulary.</param>
/// <param name="Offset">Its part of the text, in UTF-16 units: <c>text[token.Offset]</c>.</param>
public readonly record struct EncodedToken(int Id, string Value, Range Offset);
