namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Something that can be walked once and has no length: what map, select and reverse give.</summary>
internal sealed record PythonSequence(IReadOnlyList<object?> Items, string Name = "generator");
