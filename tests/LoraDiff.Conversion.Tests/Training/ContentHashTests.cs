using LoraDiff.Conversion.Training;

namespace LoraDiff.Conversion.Tests.Training;

public class ContentHashTests
{
    /// <summary>Lengths around the eight words that are mixed at once.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    public void Of_EveryBitCounts(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        HashSet<string> seen = [Hash(bytes), Hash([.. bytes, 0]), Hash(bytes[..^1])];
        for (var bit = 0; bit < length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            seen.Add(Hash(bytes));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Equal(3 + (length * 8), seen.Count);
        Assert.Contains(Hash([.. bytes]), seen);
    }

    /// <summary>All sign bits at once, as of a negated tensor, and words that change places.</summary>
    [Fact]
    public void Of_ChangesOfManyWords_AreSeen()
    {
        var bytes = new byte[4096];
        new Random(1).NextBytes(bytes);
        var negated = bytes.Select((b, i) => i % 4 == 3 ? (byte)(b ^ 0x80) : b).ToArray();
        byte[] swapped = [.. bytes[64..128], .. bytes[..64], .. bytes[128..]];
        Assert.Equal(3, new[] { bytes, negated, swapped }.Select(Hash).Distinct().Count());
        Assert.Equal(2, new[] { new byte[64], new byte[128] }.Select(Hash).Distinct().Count());
    }

    private static string Hash(byte[] content) => Convert.ToHexString(ContentHash.Of(content));
}
