namespace LoraDiff.Conversion.Generation;

/// <summary>Why a row ended.</summary>
public enum FinishReason
{
    /// <summary>The limit on new tokens, or the model's last position, was reached.</summary>
    Length,

    /// <summary>A stop token was generated with everything to its left final.</summary>
    StopToken,

    /// <summary>A stop string appeared in the text.</summary>
    StopString,
}
