using static TorchSharp.torch;

namespace LoraDiff.Native.Tests;

public sealed class HugePagesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3 << 20)]
    public void Advise_MemoryOfAnySize_HoldsWhatIsWrittenAfterwards(long bytes)
    {
        using var scope = NewDisposeScope();
        var memory = empty([bytes], dtype: ScalarType.Byte);
        HugePages.Advise(memory);
        memory.fill_(7);
        Assert.Equal(7 * bytes, memory.sum(ScalarType.Int64).item<long>());
    }

    [Fact]
    public void Advise_Null_Throws() => Assert.Throws<ArgumentNullException>(() => HugePages.Advise(null!));
}
