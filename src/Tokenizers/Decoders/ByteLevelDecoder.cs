using System.Text;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers.Decoders;

/// <summary>Reads all tokens as bytes in GPT-2's alphabet and those as UTF-8.</summary>
internal sealed class ByteLevelDecoder : Decoder
{
    public override List<string> Decode(List<string> tokens)
        => [Encoding.UTF8.GetString([.. tokens.SelectMany(ByteAlphabet.Decode)])];
}
