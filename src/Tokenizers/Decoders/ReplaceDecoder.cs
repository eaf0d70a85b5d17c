using LoraDiff.Tokenizers.Normalizers;

namespace LoraDiff.Tokenizers.Decoders;

/// <summary>Puts other text in the place of a pattern's matches, in each token.</summary>
internal sealed class ReplaceDecoder(Replace replace) : Decoder
{
    public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(replace.Normalize);
}
