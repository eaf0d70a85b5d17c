namespace LoraDiff.Tokenizers.Decoders;

/// <summary>Turns the stand-in for a space back; the one that encoding put before the first token is left out.</summary>
internal sealed class MetaspaceDecoder(char replacement, bool dropsFirst) : Decoder
{
    public override List<string> Decode(List<string> tokens)
    {
        var result = tokens.ConvertAll(token => token.Replace(replacement, ' '));
        if (dropsFirst && tokens.Count > 0 && tokens[0].StartsWith(replacement))
        {
            result[0] = result[0][1..];
        }

        return result;
    }
}
