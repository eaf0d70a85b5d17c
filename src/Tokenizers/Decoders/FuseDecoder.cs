namespace LoraDiff.Tokenizers.Decoders;

/// <summary>Joins all tokens to one.</summary>
internal sealed class FuseDecoder : Decoder
{
    public override List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}
