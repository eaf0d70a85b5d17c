using System.Buffers.Binary;
using System.Text;

namespace LoraDiff.Safetensors.Tests;

/// <summary>The files above 4 KB that the fixtures describe but do not hold; sparse where that is enough.</summary>
internal static class BigFile
{
    private const int Limit = 100_000_000;

    public static IReadOnlyDictionary<string, Action<Stream>> Makers { get; } = new Dictionary<string, Action<Stream>>
    {
        ["big/header_at_limit.safetensors"] = s => HeaderOfSpaces(s, Limit),
        ["big/header_over_limit.safetensors"] = s => HeaderOfSpaces(s, Limit + 1),
        ["big/header_of_nul.safetensors"] = s =>
        {
            s.Write(Prefix(Limit));
            s.SetLength(8 + Limit);
        },
        ["big/sparse_8_gib.safetensors"] = s =>
        {
            Pack(s, $$$"""{"a":{"dtype":"U8","shape":[{{{1L << 33}}}],"data_offsets":[0,{{{1L << 33}}}]}}""");
            s.SetLength(s.Length + (1L << 33));
        },
        ["json/deep_unclosed.safetensors"] = s => Pack(s, new string('[', 60_000)),
        ["json/deep_unknown_member.safetensors"] = s =>
        {
            Pack(s, $$$"""{"a":{"x":{{{new string('[', 30_000)}}}{{{new string(']', 30_000)}}},"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""");
            s.Write([0, 1, 2, 3, 4, 5, 6, 7]);
        },
        ["json/deep_objects.safetensors"] = s => Pack(s, string.Concat(Enumerable.Repeat("""{"a":""", 1000)) + "1" + new string('}', 1000)),
        ["layout/many_overlapping.safetensors"] = s =>
        {
            Pack(s, "{" + string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""
                "t{{i}}":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}
                """)) + "}");
            s.Write([0, 1, 2, 3, 4, 5, 6, 7]);
        },
        ["ok/2000_tensors.safetensors"] = s =>
        {
            Pack(s, "{" + string.Join(',', Enumerable.Range(0, 2000).Select(i => $$"""
                "t{{i:D4}}":{"dtype":"U8","shape":[1],"data_offsets":[{{i}},{{i + 1}}]}
                """)) + "}");
            s.Write([.. Enumerable.Range(0, 2000).Select(i => (byte)i)]);
        },
    };

    private static byte[] Prefix(long length)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, length);
        return prefix;
    }

    private static void Pack(Stream stream, string header)
    {
        var text = Encoding.UTF8.GetBytes(header);
        stream.Write(Prefix(text.Length));
        stream.Write(text);
    }

    private static void HeaderOfSpaces(Stream stream, int length)
    {
        stream.Write(Prefix(length));
        var text = new byte[length];
        text.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(text);
        stream.Write(text);
    }
}
