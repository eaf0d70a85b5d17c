namespace LoraDiff.Tokenizers.ChatTemplates.Syntax;

/// <summary>The kinds of tokens of a template.</summary>
internal enum TokenKind
{
    /// <summary>Text outside of tags.</summary>
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Text,
    Integer,
    Float,

    /// <summary>An operator or bracket; its text says which.</summary>
    Operator,
    End,
}
