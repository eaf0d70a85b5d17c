using System.Buffers.Binary;
using System.IO.Compression;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Hub.Tests.Cards;

public sealed class LossChartTests
{
    private static readonly LossPoint[] Points = [.. Enumerable.Range(1, 200).Select(i => new LossPoint(i * 10, 1.0 / i, 0.1, i < 60 ? 2 : 4))];

    [Fact]
    public void Chart_IsAPngWithBothLines()
    {
        var (width, height, pixels) = Decode(LossChart.Png(Points));

        Assert.Equal((900, 420), (width, height));
        var colours = pixels.Chunk(3).Select(p => (p[0], p[1], p[2])).ToHashSet();
        Assert.Contains<(byte, byte, byte)>((0x1F, 0x5F, 0xBF), colours);
        Assert.Contains<(byte, byte, byte)>((0xD9, 0x73, 0x0D), colours);
    }

    [Fact]
    public void Chart_WithoutAnAutoregressiveTerm_HasOneLine()
    {
        var (_, _, pixels) = Decode(LossChart.Png([.. Points.Select(p => p with { Autoregressive = 0 })]));
        Assert.DoesNotContain<(byte, byte, byte)>((0xD9, 0x73, 0x0D), pixels.Chunk(3).Select(p => (p[0], p[1], p[2])));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(1e9)]
    public void Chart_OfAnySize_IsDrawn(double loss) => Decode(LossChart.Png([new(1, loss, 0, 1), new(2, double.NaN, 0, 1)]));

    [Fact]
    public void Chart_WithoutAFinitePoint_IsRefused() => Assert.Throws<ArgumentException>(() => LossChart.Png([new(1, double.NaN, 0, 1)]));

    // Chunk by chunk, each with its checksum, as the PNG specification has it; rows without filters.
    private static (int Width, int Height, byte[] Pixels) Decode(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var (width, height) = (0, 0);
        using var data = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var body = png.AsSpan(at + 4, length + 4);
            Assert.Equal(Crc(body), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            switch (System.Text.Encoding.ASCII.GetString(body[..4]))
            {
                case "IHDR":
                    (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body[4..]), BinaryPrimitives.ReadInt32BigEndian(body[8..]));
                    break;
                case "IDAT":
                    data.Write(body[4..]);
                    break;
            }

            at += 12 + length;
        }

        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        using var raw = new MemoryStream();
        zlib.CopyTo(raw);
        var rows = raw.ToArray().Chunk((width * 3) + 1).ToArray();
        Assert.Equal(height, rows.Length);
        Assert.All(rows, row => Assert.Equal(0, row[0]));
        return (width, height, [.. rows.SelectMany(row => row[1..])]);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        // The specification's division, bit by bit from the highest of the reflected register.
        var register = 0xFFFFFFFFu;
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var carry = ((register ^ ((uint)value >> bit)) & 1) == 1;
                register = (register >> 1) ^ (carry ? 0xEDB88320u : 0);
            }
        }

        return register ^ 0xFFFFFFFFu;
    }
}
