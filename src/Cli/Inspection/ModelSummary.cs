namespace LoraDiff.Cli.Inspection;

/// <summary>A checkpoint's shape, as <c>inspect --json</c> names it.</summary>
internal sealed record ModelSummary(
    string ModelType, int Layers, int HiddenSize, int IntermediateSize, int Heads, int KeyValueHeads, int HeadDim, int VocabularySize, int MaxPositions, bool TieWordEmbeddings, IReadOnlyList<int> EosTokenIds, bool HasTokenizer, bool HasChatTemplate);
