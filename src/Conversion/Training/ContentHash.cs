using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace LoraDiff.Conversion.Training;

/// <summary>
/// A hash of bytes at the speed of memory, to notice that weights are others; no defence against somebody who forges them. Every step is a bijection of its lane, so a change of one word
/// always changes the result; changes of several words go unnoticed once in 2^64.
/// </summary>
internal static class ContentHash
{
    private const int Lanes = 8;

    // Odd, so that a product is a bijection: 2^64 / golden ratio, 2^64 / √2.
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xB504F333F9DE6485;

    /// <summary>The 32 bytes of a content.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(content);
        ulong a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8;
        for (; words.Length >= Lanes; words = words[Lanes..])
        {
            a = Mix(a, words[0]);
            b = Mix(b, words[1]);
            c = Mix(c, words[2]);
            d = Mix(d, words[3]);
            e = Mix(e, words[4]);
            f = Mix(f, words[5]);
            g = Mix(g, words[6]);
            h = Mix(h, words[7]);
        }

        var rest = content[^(content.Length % (Lanes * sizeof(ulong)))..];
        using var end = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        end.AppendData(MemoryMarshal.AsBytes<ulong>([a, b, c, d, e, f, g, h, (ulong)content.Length]));
        end.AppendData(rest);
        return end.GetHashAndReset();
    }

    // One product alone would leave a change of the highest bit there, where a change of the next word could undo it.
    private static ulong Mix(ulong lane, ulong word)
    {
        var mixed = (lane ^ word) * First;
        return (mixed ^ (mixed >> 32)) * Second;
    }
}
