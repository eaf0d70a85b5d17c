namespace LoraDiff.Tokenizers.ChatTemplates.Running;

/// <summary>How statements ended.</summary>
internal enum Flow
{
    Normal,
    Break,
    Continue,
}
