namespace LoraDiff.Conversion.Export;

/// <summary>What an export does where the recipe's mask token is a token that the tokenizer already has for something else.</summary>
public enum MaskTokenChoice
{
    /// <summary>Refuse, and name the other two.</summary>
    Refuse,

    /// <summary>Give the mask a row of its own: the first that no token uses, or a new one at the end of embedding and head. The token gets its own row of the base model back.</summary>
    Resize,

    /// <summary>Keep the row and rename the token, which must be an added one: a reserved token that no text contains.</summary>
    Reserved,
}
