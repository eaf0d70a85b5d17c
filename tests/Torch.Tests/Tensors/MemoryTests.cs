using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public class MemoryTests
{
    [Fact]
    public void Bytes_ReadAndWriteTheRawMemory()
    {
        using var x = tensor(new[] { 1f, -2f });

        Assert.Equal(new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0 }, x.bytes.ToArray());
        x.bytes = new byte[] { 0, 0, 0, 0x40, 0, 0, 0, 0 };
        Assert.Equal([2f, 0f], x.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => x.bytes = new byte[3]);
    }

    [Fact]
    public void Bytes_OfAStridedView_Throws()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 3).T;

        Assert.Throws<InvalidOperationException>(() => x.bytes.Length);
    }

    [Fact]
    public void Streams_CarryWholeTensors()
    {
        using var scope = NewDisposeScope();
        var x = randn(1000, 700);
        using var stream = new MemoryStream();
        x.WriteBytesToStream(stream);
        stream.Position = 0;
        var y = empty(1000, 700);
        y.ReadBytesFromStream(stream);

        Assert.True(x.Equals(y));
        stream.Position = 4;
        Assert.Throws<EndOfStreamException>(() => y.ReadBytesFromStream(stream));
    }

    [Fact]
    public void FromArray_SharesMemoryBothWays()
    {
        using var scope = NewDisposeScope();
        float[] numbers = [1, 2, 3];
        var x = from_array(numbers);
        x.mul_(2);
        numbers[0] = 9;

        Assert.Equal([9f, 4, 6], numbers);
        Assert.Equal([9f, 4, 6], x.data<float>().ToArray());
    }

    [Fact]
    public void FromArray_ArrayOutOfScope_StaysPinnedWhileTheTensorLives()
    {
        using var x = Make();
        for (var i = 0; i < 5; i++)
        {
            _ = new byte[1 << 20];
            GC.Collect(2, GCCollectionMode.Forced, true, true);
        }

        Assert.Equal(Enumerable.Range(0, 10_000), x.data<int>().ToArray());

        static Tensor Make() => from_array(Enumerable.Range(0, 10_000).ToArray());
    }

    [Fact]
    public void FromBuffer_OffsetAndCountAreElements()
    {
        using var scope = NewDisposeScope();
        int[] numbers = [1, 2, 3, 4];

        Assert.Equal([2, 3], frombuffer(numbers, int32, 2, 1).data<int>().ToArray());
        Assert.Equal([3L, 4], frombuffer(numbers, int64, offset: 2).data<long>().ToArray());
        Assert.Throws<ArgumentException>(() => frombuffer(numbers, int32, offset: 4));
        Assert.Throws<IndexOutOfRangeException>(() => frombuffer(numbers, int32, 4, 1));
    }

    [Fact]
    public void Tensor_FromArray_IsACopy()
    {
        float[] numbers = [1];
        using var x = tensor(numbers);
        numbers[0] = 5;

        Assert.Equal(1, x.item<float>());
    }

    [Fact]
    public void Views_ShareStorage_ClonesDoNot()
    {
        using var scope = NewDisposeScope();
        var x = zeros(4);

        Assert.Equal(x.storage<float>().data_ptr(), x[1..].storage<float>().data_ptr());
        Assert.NotEqual(x.storage<float>().data_ptr(), x.clone().storage<float>().data_ptr());
        Assert.Equal(16UL, x[1..].storage<float>().nbytes());
        x.alias()[0] = 3;
        x.detach()[1] = 4;
        Assert.Equal([3f, 4, 0, 0], x.storage<float>().ToArray());
    }

    [Fact]
    public void UnsafeCreateTensor_TakesTheHandleOver()
    {
        var x = ones(2);
        var handle = x.DecoupleFromNativeHandle();

        Assert.True(x.IsInvalid);
        using var y = Tensor.UnsafeCreateTensor(handle);
        Assert.Equal([1f, 1], y.data<float>().ToArray());
    }

    [Fact]
    public void Counters_ReturnToWhereTheyWere()
    {
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var x = ones(2);
            _ = x + x;
            Assert.Equal(before + 2, Tensor.TotalCount);
            Assert.True(Tensor.PeakCount >= before + 2);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void To_SameTypeAndDevice_IsTheSameMemory()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);

        Assert.Equal(x.storage<float>().data_ptr(), x.to(float32).storage<float>().data_ptr());
        Assert.NotEqual(x.storage<float>().data_ptr(), x.to(float32, copy: true).storage<float>().data_ptr());
        var y = ones(2);
        _ = y.to(float64, disposeAfter: true);
        Assert.True(y.IsInvalid);
    }
}
