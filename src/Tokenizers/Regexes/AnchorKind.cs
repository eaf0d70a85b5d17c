namespace LoraDiff.Tokenizers.Regexes;

/// <summary>Conditions on a place in the text. Lines end before each line feed, as Oniguruma has it.</summary>
internal enum AnchorKind
{
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    TextEndOrLastLine,
    WordBoundary,
    NotWordBoundary,
}
