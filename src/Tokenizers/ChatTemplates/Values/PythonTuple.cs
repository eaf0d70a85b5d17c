namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>A Python tuple.</summary>
internal sealed record PythonTuple(IReadOnlyList<object?> Items);
