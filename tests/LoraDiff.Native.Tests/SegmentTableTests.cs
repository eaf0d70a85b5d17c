using static TorchSharp.torch;

namespace LoraDiff.Native.Tests;

public sealed class SegmentTableTests
{
    // papers.md §3.3: NB's context-causal pattern for L = 8, b = 4; rows 0–7 noisy, 8–15 clean.
    private static readonly string[] ContextCausal =
    [
        "1111............", "1111............", "1111............", "1111............",
        "....11111111....", "....11111111....", "....11111111....", "....11111111....",
        "........1.......", "........11......", "........111.....", "........1111....",
        "........11111...", "........111111..", "........1111111.", "........11111111",
    ];

    private static readonly SegmentTable Table = new(16, 16,
    [
        new(0, 4, new(0, 4)),
        new(4, 4, new(4, 4), new(8, 4)),
        new(8, 8, new(8, 8, Causal: true)),
    ]);

    [Fact]
    public void ToMask_OfContextCausalPattern_EqualsThePublishedMask()
    {
        using var scope = NewDisposeScope();
        var mask = Table.ToMask().data<bool>().ToArray();
        for (var row = 0; row < 16; row++)
        {
            Assert.Equal(ContextCausal[row], string.Concat(mask.Skip(row * 16).Take(16).Select(seen => seen ? '1' : '.')));
        }
    }

    [Fact]
    public void ToMask_OfPrefillOverACache_IsAlignedAtTheEnd()
    {
        using var scope = NewDisposeScope();
        var mask = new SegmentTable(2, 5, [new(0, 2, new(0, 5, Causal: true))]).ToMask().data<bool>().ToArray();
        Assert.Equal([true, true, true, true, false, true, true, true, true, true], mask);
    }

    [Theory]
    [InlineData(0, 4, 3, 4)]
    [InlineData(0, 4, 5, 3)]
    [InlineData(1, 4, 5, 3)]
    public void Constructor_RowsCoveredTwiceOrNever_Throws(int start, int count, int start2, int count2)
        => Assert.Throws<ArgumentException>(() => new SegmentTable(8, 8, [new(start, count, new(0, 8)), new(start2, count2, new(0, 8))]));

    [Fact]
    public void Constructor_RangeOutsideTheKeys_Throws()
        => Assert.Throws<ArgumentException>(() => new SegmentTable(1, 4, [new(0, 1, new(2, 3))]));

    [Fact]
    public void Constructor_OverlappingRanges_Throws()
        => Assert.Throws<ArgumentException>(() => new SegmentTable(1, 8, [new(0, 1, new(0, 4), new(3, 2))]));
}
