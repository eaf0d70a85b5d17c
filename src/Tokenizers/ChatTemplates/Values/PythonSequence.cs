namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>Something that can be walked but not indexed: what map, select and reverse give, and the views of a dictionary.</summary>
/// <param name="Items">What it goes through.</param>
/// <param name="View">Of a dictionary's view, such as <c>dict_keys</c>: its name. Views have a length.</param>
internal sealed record PythonSequence(IReadOnlyList<object?> Items, string? View = null);
