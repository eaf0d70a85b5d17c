namespace LoraDiff.Conversion.Data;

/// <summary>What happens to a prompt with its completion that is longer than <see cref="DataOptions.MaxLength"/>, and to a text with <see cref="LongTexts.Cut"/>.</summary>
public enum Truncation
{
    /// <summary>The end is cut off; the answer then has no end token.</summary>
    CutEnd,

    /// <summary>The beginning of the prompt is cut off, so that the answer stays whole; where the answer alone is too long, the document is left out. A text loses its end.</summary>
    CutPrompt,

    /// <summary>The document is left out and reported.</summary>
    Drop,
}
