using System.Text;
using System.Text.Unicode;

namespace LoraDiff.Conversion.Data;

/// <summary>Refuses bytes that are not text.</summary>
internal static class Utf8Text
{
    /// <summary>Throws unless the bytes are UTF-8 without NUL.</summary>
    public static void Require(ReadOnlySpan<byte> bytes, string location)
    {
        if (bytes.IndexOf((byte)0) is >= 0 and var nul)
        {
            throw new DataException($"{location}: a NUL byte at byte {nul} of the line: the file is damaged, or is not text.");
        }

        if (Utf8.IsValid(bytes))
        {
            return;
        }

        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        throw new DataException($"{location}: not UTF-8: byte 0x{bytes[at]:X2} at byte {at} of the line. If the file is in another encoding, convert it first: iconv -f LATIN1 -t UTF-8.");
    }
}
