using LoraDiff.Conversion.Generation;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Generation;

public class KeyValueCacheTests
{
    [Fact]
    public void Write_PutsRowsWhereTheyBelong_AndOverwrites()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(2, 1, 2, slots: 2, capacity: 3, ScalarType.Float32, CPU);
        Assert.Equal(3, cache.FirstRow(1));
        cache.Write(1, ones(2, 1, 2), ones(2, 1, 2) * 2, tensor(new long[] { 4, 0 }));
        var (keys, values) = cache.Write(1, ones(1, 1, 2) * 7, ones(1, 1, 2) * 8, tensor(new long[] { 4 }));
        Assert.Equal([6L, 1, 2], keys.shape);
        Assert.Equal([1f, 1, 0, 0, 0, 0, 0, 0, 7, 7, 0, 0], keys.data<float>().ToArray());
        Assert.Equal([2f, 2, 0, 0, 0, 0, 0, 0, 8, 8, 0, 0], values.data<float>().ToArray());
    }

    [Fact]
    public void Reserve_KeepsCommittedRowsOfEverySlot()
    {
        using var scope = NewDisposeScope();
        using var cache = new KeyValueCache(1, 1, 1, slots: 2, capacity: 2, ScalarType.Float32, CPU);
        cache.Write(0, tensor(new float[] { 1, 2, 3, 4 }).view(4, 1, 1), tensor(new float[] { 5, 6, 7, 8 }).view(4, 1, 1), tensor(new long[] { 0, 1, 2, 3 }));
        cache.Commit(0, 2);
        cache.Commit(1, 1);
        cache.Reserve(2);
        Assert.Equal(2, cache.Capacity);
        cache.Reserve(5);
        Assert.Equal(5, cache.Capacity);
        Assert.Equal(5, cache.FirstRow(1));
        var (keys, values) = cache.Write(0, zeros(1, 1, 1), zeros(1, 1, 1), tensor(new long[] { 9 }));
        Assert.Equal([1f, 2, 0, 0, 0, 3, 0, 0, 0, 0], keys.data<float>().ToArray());
        Assert.Equal([5f, 6, 0, 0, 0, 7, 0, 0, 0, 0], values.data<float>().ToArray());
        Assert.Equal((2, 1), (cache.Length(0), cache.Length(1)));
    }

    [Fact]
    public void Commit_BeyondTheCapacity_IsRefused()
    {
        using var cache = new KeyValueCache(1, 1, 1, 1, 4, ScalarType.Float32, CPU);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Commit(0, 5));
    }

    [Fact]
    public void Dispose_FreesEveryBuffer()
    {
        var before = Tensor.TotalCount;
        using (var cache = new KeyValueCache(3, 1, 1, 1, 4, ScalarType.Float32, CPU))
        {
            cache.Reserve(9);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }
}
