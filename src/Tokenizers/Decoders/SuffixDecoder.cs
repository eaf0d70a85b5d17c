namespace LoraDiff.Tokenizers.Decoders;

/// <summary>BPEDecoder: a mark at the end of words becomes a space, and nothing in the last token.</summary>
internal sealed class SuffixDecoder(string suffix) : Decoder
{
    public override List<string> Decode(List<string> tokens)
        => [.. tokens.Select((token, i) => suffix.Length == 0 ? token : token.Replace(suffix, i == tokens.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
