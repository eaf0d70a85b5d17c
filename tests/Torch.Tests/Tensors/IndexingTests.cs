using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public sealed class IndexingTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x = arange(24).reshape(2, 3, 4);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Get_Integers_SelectsFromTheFront()
    {
        Assert.Equal([20L, 21, 22, 23], Values(_x[1, 2]));
        Assert.Equal(23, _x[1, 2, 3].item<long>());
        Assert.Equal(23, _x[-1, -1, -1].item<long>());
    }

    [Fact]
    public void Get_Ranges_Slices()
    {
        Assert.Equal([6L, 7, 10, 11], Values(_x[0, 1.., 2..]));
        Assert.Equal([0L, 1, 12, 13], Values(_x[.., 0, ..2]));
        Assert.Equal([3L, 15], Values(_x[.., 0, ^1]));
        Assert.Equal([1L, 2], Values(_x[0, 0, 1..^1]));
        Assert.Equal([0L, 2], Values(_x[0, 0, TensorIndex.Slice(step: 2)]));
        Assert.Empty(Values(_x[0, 0, ^0..]));
    }

    [Fact]
    public void Get_EllipsisAndNone_KeepAndAddDimensions()
    {
        Assert.Equal([2L, 3], _x[TensorIndex.Ellipsis, 0].shape);
        Assert.Equal([2L, 1, 3, 4], _x[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([2L, 3, 4, 1], _x[TensorIndex.Ellipsis, TensorIndex.Null].shape);
        Assert.Equal([1L, 2, 3, 4], _x[TensorIndex.Bool(true)].shape);
        Assert.Equal([0L, 2, 3, 4], _x[TensorIndex.Bool(false)].shape);
    }

    [Fact]
    public void Get_Tensors_PicksTogether()
    {
        var rows = tensor(new long[] { 0, 1, 1 });
        var columns = tensor(new long[] { 2, 0, 2 });

        Assert.Equal([8L, 12, 20], Values(_x[rows, columns][.., 0]));
        Assert.Equal([2L, 14, 14], Values(_x[TensorIndex.Tensor(rows), 0, 2]));
        Assert.Equal([1L, 3, 5, 7, 9, 11], Values(_x[0, TensorIndex.Ellipsis, TensorIndex.Tensor(tensor(new long[] { 1, 3 }))]));
    }

    [Fact]
    public void Get_Mask_KeepsTheTrue()
    {
        Assert.Equal([21L, 22, 23], Values(_x[_x > 20]));
        var mask = tensor(new[] { true, false, true });
        Assert.Equal([0L, 8, 12, 20], Values(_x[TensorIndex.Colon, TensorIndex.Tensor(mask), TensorIndex.Single(0)]));
    }

    [Fact]
    public void Get_TooManyOrOutOfRange_Throws()
    {
        Assert.Throws<ExternalException>(() => _x[0, 0, 0, 0]);
        Assert.Throws<ExternalException>(() => _x[2]);
        Assert.Throws<ExternalException>(() => _x[TensorIndex.Single(0), TensorIndex.Single(0), TensorIndex.Single(0), TensorIndex.Single(0)]);
        Assert.Throws<ExternalException>(() => _x[tensor(new long[] { 5 })]);
    }

    [Fact]
    public void Set_Everywhere_WritesThrough()
    {
        var x = zeros(2, 3);
        x[0, 1] = 5;
        x[1] = tensor(new[] { 1f, 2, 3 });
        x[.., 0] = 7.0;

        Assert.Equal([7f, 5, 0, 7, 2, 3], x.data<float>().ToArray());
        x[x > 4] = -1;
        Assert.Equal([-1f, -1, 0, -1, 2, 3], x.data<float>().ToArray());
        x[tensor(new long[] { 0 })] = ones(1, 3);
        Assert.Equal([1f, 1, 1, -1, 2, 3], x.data<float>().ToArray());
        x[1, 1..] += 10;
        Assert.Equal([1f, 1, 1, -1, 12, 13], x.data<float>().ToArray());
    }

    [Fact]
    public void Set_ValueOfAnotherShape_Throws()
    {
        var x = zeros(2, 3);

        Assert.Throws<ExternalException>(() => x[0] = ones(2));
        Assert.Throws<ArgumentException>(() => x[TensorIndex.Single(0), TensorIndex.Colon] = ones(2, 3));
    }

    [Fact]
    public void IndexPut_Accumulate_AddsRepeatedIndices()
    {
        var x = zeros(4);
        var same = x.index_put_(ones(3), [tensor(new long[] { 1, 1, 2 })], true);

        Assert.Same(x, same);
        Assert.Equal([0f, 2, 1, 0], x.data<float>().ToArray());
    }

    [Fact]
    public void IndexCopyAddFillSelect_WorkOnTheirDimension()
    {
        var index = tensor(new long[] { 2, 0 });
        var x = zeros(2, 3);

        x.index_copy_(1, index, tensor(new[] { 1f, 2, 3, 4 }, [2, 2]));
        Assert.Equal([2f, 0, 1, 4, 0, 3], x.data<float>().ToArray());
        x.index_add_(1, index, ones(2, 2), 2);
        Assert.Equal([4f, 0, 3, 6, 0, 5], x.data<float>().ToArray());
        Assert.Equal([3f, 4, 5, 6], x.index_select(1, index).data<float>().ToArray());
        x.index_fill_(1, index, -1);
        Assert.Equal([-1f, 0, -1, -1, 0, -1], x.data<float>().ToArray());
    }

    [Fact]
    public void GatherScatter_AreInverse()
    {
        var index = tensor(new long[] { 2, 0, 1, 1, 2, 0 }, [2, 3]);
        var values = tensor(new[] { 1f, 2, 3, 4, 5, 6 }, [2, 3]);

        var scattered = zeros(2, 3).scatter(1, index, values);

        Assert.Equal([2f, 3, 1, 6, 4, 5], scattered.data<float>().ToArray());
        Assert.Equal([1f, 2, 3, 4, 5, 6], scattered.gather(1, index).data<float>().ToArray());
    }

    [Fact]
    public void Get_LeavesNoIntermediateViews()
    {
        var before = Tensor.TotalCount;
        using (_x[1, TensorIndex.None, 1.., TensorIndex.Tensor(tensor(new long[] { 0, 1 }).DetachFromDisposeScope())])
        {
            Assert.Equal(before + 2, Tensor.TotalCount);
        }
    }

    private static long[] Values(Tensor tensor) => tensor.data<long>().ToArray();
}
