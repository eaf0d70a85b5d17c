namespace LoraDiff.Tokenizers.AddedTokens;

/// <summary>An added token found in text, with the white space that it takes.</summary>
internal readonly record struct AddedTokenMatch(AddedToken Token, int Start, int End);
