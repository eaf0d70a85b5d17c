namespace LoraDiff.Tokenizers;

/// <summary>A rendered conversation and the parts of it that the assistant says.</summary>
/// <param name="Text">The text.</param>
/// <param name="AssistantRanges">Where the assistant speaks, in UTF-16 units of the text, in order.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<TokenOffset> AssistantRanges)
{
    /// <summary>The mask of the text's tokens: true where a token overlaps what the assistant says.</summary>
    /// <param name="encoding">The text's tokens, of <see cref="Tokenizer.Encode"/>.</param>
    public IReadOnlyList<bool> TokenMask(TextEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var mask = new bool[encoding.Ids.Count];
        for (var i = 0; i < mask.Length; i++)
        {
            var (start, end) = encoding.CharOffsets[i];
            mask[i] = AssistantRanges.Any(range => start < range.End && end > range.Start);
        }

        return mask;
    }
}
