using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace LoraDiff.Hub.Cards;

/// <summary>A white picture to draw on, twice as fine as the PNG that comes out of it, so that edges are smooth.</summary>
internal sealed class PngImage
{
    private const int Fine = 2;
    private const int Channels = 3;
    private const uint CrcPolynomial = 0xEDB88320;

    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly byte[] _pixels;
    private readonly int _stride;

    public PngImage(int width, int height)
    {
        (Width, Height) = (width, height);
        _stride = width * Fine * Channels;
        _pixels = new byte[_stride * height * Fine];
        Array.Fill(_pixels, byte.MaxValue);
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Fills a rectangle; what lies outside the picture is left out.</summary>
    public void Fill(double x, double y, double width, double height, int rgb)
    {
        for (var row = Math.Max(0, (int)Math.Round(y * Fine)); row < Math.Min(Height * Fine, (int)Math.Round((y + height) * Fine)); row++)
        {
            for (var column = Math.Max(0, (int)Math.Round(x * Fine)); column < Math.Min(Width * Fine, (int)Math.Round((x + width) * Fine)); column++)
            {
                Set(column, row, rgb);
            }
        }
    }

    /// <summary>Draws a line with a round pen.</summary>
    public void Line(double x0, double y0, double x1, double y1, double thickness, int rgb)
    {
        var steps = Math.Max(1, (int)Math.Ceiling(Math.Max(Math.Abs(x1 - x0), Math.Abs(y1 - y0)) * Fine));
        var radius = thickness * Fine / 2;
        for (var i = 0; i <= steps; i++)
        {
            var part = (double)i / steps;
            Dot((x0 + ((x1 - x0) * part)) * Fine, (y0 + ((y1 - y0) * part)) * Fine, radius, rgb);
        }
    }

    /// <summary>Writes a text whose upper left corner is given, with dots of a size.</summary>
    public void Text(string text, double x, double y, double dot, int rgb)
    {
        foreach (var (column, row) in ChartGlyphs.Dots(text))
        {
            Fill(x + (column * dot), y + (row * dot), dot, dot, rgb);
        }
    }

    /// <summary>The picture as a PNG file.</summary>
    public byte[] ToPng()
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], Height);
        header[8] = 8;   // bits a channel
        header[9] = 2;   // red, green, blue
        Chunk(file, "IHDR", header);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var row = new byte[1 + (Width * Channels)];
            for (var y = 0; y < Height; y++)
            {
                for (var i = 0; i < Width * Channels; i++)
                {
                    row[i + 1] = Mean(i / Channels, y, i % Channels);
                }

                zlib.Write(row);
            }
        }

        Chunk(file, "IDAT", data.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ CrcPolynomial;
            }
        }

        return ~crc;
    }

    private void Dot(double x, double y, double radius, int rgb)
    {
        for (var row = Math.Max(0, (int)(y - radius)); row <= Math.Min((Height * Fine) - 1, (int)(y + radius)); row++)
        {
            for (var column = Math.Max(0, (int)(x - radius)); column <= Math.Min((Width * Fine) - 1, (int)(x + radius)); column++)
            {
                var (dx, dy) = (column + 0.5 - x, row + 0.5 - y);
                if ((dx * dx) + (dy * dy) <= radius * radius)
                {
                    Set(column, row, rgb);
                }
            }
        }
    }

    private void Set(int column, int row, int rgb)
    {
        var at = (row * _stride) + (column * Channels);
        (_pixels[at], _pixels[at + 1], _pixels[at + 2]) = ((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }

    private byte Mean(int x, int y, int channel)
    {
        var sum = 0;
        for (var row = y * Fine; row < (y + 1) * Fine; row++)
        {
            for (var column = x * Fine; column < (x + 1) * Fine; column++)
            {
                sum += _pixels[(row * _stride) + (column * Channels) + channel];
            }
        }

        return (byte)(sum / (Fine * Fine));
    }
}
