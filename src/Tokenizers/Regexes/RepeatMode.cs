namespace LoraDiff.Tokenizers.Regexes;

/// <summary>How a repetition chooses its count.</summary>
internal enum RepeatMode
{
    Greedy,
    Lazy,
    Possessive,
}
