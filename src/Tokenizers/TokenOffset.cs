namespace LoraDiff.Tokenizers;

/// <summary>The part of a text that a token stands for.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends: the position after its last character.</param>
public readonly record struct TokenOffset(int Start, int End);
