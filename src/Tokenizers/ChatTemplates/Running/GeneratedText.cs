namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>What a generation block rendered, and how long the output was before it.</summary>
internal readonly record struct GeneratedText(string Text, int Start);
