using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace LoraDiff.Tokenizers.Models;

/// <summary>GPT-2's printable stand-ins for the 256 bytes: visible Latin-1 characters stand for themselves, the other bytes for U+0100 onward.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Chars = MakeChars();
    private static readonly short[] Bytes = MakeBytes();

    /// <summary>The character that stands for a byte.</summary>
    public static char ToChar(byte value) => Chars[value];

    /// <summary>The byte that a character stands for, or −1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ToByte(int codePoint) => (uint)codePoint < (uint)Bytes.Length ? Bytes[codePoint] : -1;

    /// <summary>Bytes written in the alphabet.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var chars = new char[bytes.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            chars[i] = Chars[bytes[i]];
        }

        return new string(chars);
    }

    /// <summary>Reads UTF-8 text that is written in the alphabet. False when any character is not of it; then the target's contents mean nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryRead(ReadOnlySpan<byte> utf8, Span<byte> target, out int length)
    {
        length = 0;
        ref var bytes = ref MemoryMarshal.GetArrayDataReference(Bytes);
        for (var i = 0; i < utf8.Length;)
        {
            // One byte or two, without a branch: which of them it will be no processor foresees. Anything else makes a number beyond the alphabet or below 0.
            int first = utf8[i];
            var wide = first >> 7;
            var second = (i + wide < utf8.Length ? utf8[i + wide] : 0) ^ 0x80;
            var cp = first + (wide * (((first - 0xC0) << 6) + second + ((second >> 6) << 20) - first));
            if ((uint)cp >= (uint)Bytes.Length)
            {
                return false;
            }

            int value = Unsafe.Add(ref bytes, cp);
            if (value < 0)
            {
                return false;
            }

            target[length++] = (byte)value;
            i += 1 + wide;
        }

        return true;
    }

    /// <summary>The bytes that a token's text decodes to: by the alphabet where all of it is written in it, else its own UTF-8.</summary>
    public static byte[] Decode(string token)
    {
        var utf8 = Encoding.UTF8.GetBytes(token);
        var target = new byte[utf8.Length];
        return TryRead(utf8, target, out var length) ? target[..length] : utf8;
    }

    private static bool IsVisible(int value) => value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);

    private static char[] MakeChars()
    {
        var chars = new char[256];
        var next = 0x100;
        for (var value = 0; value < 256; value++)
        {
            chars[value] = (char)(IsVisible(value) ? value : next++);
        }

        return chars;
    }

    private static short[] MakeBytes()
    {
        var bytes = new short[0x144];
        Array.Fill(bytes, (short)-1);
        for (var value = 0; value < 256; value++)
        {
            bytes[Chars[value]] = (short)value;
        }

        return bytes;
    }
}
