using System.Globalization;
using System.Text;

namespace LoraDiff.Tokenizers.Decoders;

/// <summary>Joins runs of <c>&lt;0xNN&gt;</c> tokens to characters; a run that is not UTF-8 becomes U+FFFD, one for each byte.</summary>
internal sealed class ByteFallbackDecoder : Decoder
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    public override List<string> Decode(List<string> tokens)
    {
        var result = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (TryReadByte(token, out var value))
            {
                bytes.Add(value);
            }
            else
            {
                Flush(bytes, result);
                result.Add(token);
            }
        }

        Flush(bytes, result);
        return result;
    }

    /// <summary>Reads a token such as <c>&lt;0x0A&gt;</c>.</summary>
    public static bool TryReadByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void Flush(List<byte> bytes, List<string> result)
    {
        if (bytes.Count == 0)
        {
            return;
        }

        try
        {
            result.Add(Strict.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            result.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }

        bytes.Clear();
    }
}
