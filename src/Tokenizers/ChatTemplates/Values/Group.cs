namespace LoraDiff.Tokenizers.ChatTemplates.Values;

/// <summary>One group of the filter groupby: unpacks to its key and its members.</summary>
internal sealed record Group(object? Key, List<object?> Members);
