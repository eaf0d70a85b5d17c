using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

/// <summary>Values that are not computed by hand were printed by PyTorch 2.13.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Arithmetic_ScalarsOnBothSides()
    {
        var x = tensor(new[] { 1.0, 2.0, 4.0 });

        Near([3, 4, 6], x + 2);
        Near([1, 0, -2], 2 - x);
        Near([2, 1, 0.5], 2.0 / x);
        Near([-1, -2, -4], -x);
        Near([1, 2, 0], x % 4);
        Near([1, 4, 16], x * x);
        Near([0.5, 1, 2], x / 2f);
        Assert.Equal(ScalarType.Float32, (ones(1) * 2.5).dtype);
        Assert.Equal(ScalarType.Int64, (ones(1, dtype: int64) * 2).dtype);
        Assert.Equal(ScalarType.Float32, (ones(1, dtype: int64) / 2).dtype);
    }

    [Fact]
    public void Division_RoundingModes()
    {
        var x = tensor(new[] { 7.0, -7.0 });

        Near([3, -3], x.div(2, RoundingMode.trunc));
        Near([3, -4], x.div(2, RoundingMode.floor));
        Near([3, -4], x.floor_divide(tensor(2.0)));
        x.div_(2);
        Near([3.5, -3.5], x);
    }

    [Fact]
    public void Activations_GiveThePublishedValues()
    {
        var x = tensor(new[] { -1.5, 0.0, 0.7 });

        Near([-0.2736382857095345, 0.0, 0.46773144051771626], x.silu());
        Near([-0.10021080190328704, 0.0, 0.5306254434438489], x.gelu());
        Near([0.18242552380635635, 0.5, 0.6681877721681662], x.sigmoid());
        Near([-0.9051482536448664, 0.0, 0.6043677771171636], x.tanh());
        Near([0.06893365292287121, 0.30893919888290955, 0.6221271481942191], x.softmax(0));
        Near([-1.7014132779827524, -0.6931471805599453, -0.40318604888545784], x.log_sigmoid());
        Near([0.0, 0.0, 0.7], x.relu());
    }

    [Fact]
    public void Reductions_OverDimensions()
    {
        var x = tensor(new[] { 1.0, 2, 3, 4, 5, 9 }, [2, 3]);

        Assert.Equal(24, x.sum().item<double>());
        Near([6, 18], x.sum(1));
        Near([5, 7, 12], x.sum([0L]));
        Assert.Equal([2L, 1], x.sum(1, keepdim: true).shape);
        Near([2, 6], x.mean([1]));
        Near([1, 7], x.var(1));
        Near([2.0 / 3, 14.0 / 3], x.var(1, unbiased: false));
        Near([1, Math.Sqrt(7)], x.std(1));
        Near([6, 180], x.prod(1));
        Assert.Equal(Math.Sqrt(136), x.norm().item<double>(), 12);
        Near([Math.Sqrt(14), Math.Sqrt(122)], x.norm(1));
        Near([Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3)), Math.Log(Math.Exp(4) + Math.Exp(5) + Math.Exp(9))], x.logsumexp(1));
        Near([1, 3, 6, 4, 9, 18], x.cumsum(1));
        Assert.Equal(ScalarType.Float32, x.sum(type: float32).dtype);
        var (values, indices) = x.max(1);
        Near([3, 9], values);
        Assert.Equal([2L, 2], indices.data<long>().ToArray());
        Assert.Equal(5, x.argmax().item<long>());
        Assert.Equal([1L, 1, 1], x.argmax(0).data<long>().ToArray());
        Near([9, 3], x.amax([1L]).flip(0));
        Assert.True((x > 0).all().item<bool>());
        Assert.False((x > 9).any().item<bool>());
        Assert.Equal([true, false], (x < 4).any(1).data<bool>().ToArray());
    }

    [Fact]
    public void SortingAndPicking()
    {
        var x = tensor(new[] { 3.0, 1, 2, 5 });
        var (top, topAt) = x.topk(2);
        var (sorted, order) = x.sort();

        Near([5, 3], top);
        Assert.Equal([3L, 0], topAt.data<long>().ToArray());
        Near([1, 2, 3, 5], sorted);
        Assert.Equal([1L, 2, 0, 3], order.data<long>().ToArray());
        Assert.Equal([3L, 0, 2, 1], x.argsort(descending: true).data<long>().ToArray());
        Assert.Equal(2, x.kthvalue(2, 0).values.item<double>());
        Near([3, 5], x.masked_select(x > 2));
        Near([0, 1, 0, 0], x.masked_fill(x > 1, 0));
        Assert.Equal([0L, 3], (x > 2).nonzero().squeeze(1).data<long>().ToArray());
        var (unique, inverse, counts) = tensor(new long[] { 3, 1, 3 }).unique(return_inverse: true, return_counts: true);
        Assert.Equal([1L, 3], unique.data<long>().ToArray());
        Assert.Equal([1L, 0, 1], inverse!.data<long>().ToArray());
        Assert.Equal([1L, 2], counts!.data<long>().ToArray());
    }

    [Fact]
    public void Matrices()
    {
        var a = tensor(new[] { 1.0, 2, 3, 4 }, [2, 2]);
        var b = tensor(new[] { 0.0, 1, 1, 0 }, [2, 2]);

        Near([2, 1, 4, 3], a.matmul(b));
        Near([2, 1, 4, 3], a.mm(b));
        Near([3, 3, 7, 7], b.mul(0).addmm(a, ones_like(a)));
        Near([3, 4, 6, 8], tensor(new[] { 1.0, 2 }).outer(tensor(new[] { 3.0, 4 })));
        Near([2, 1, 4, 3], einsum("ij,jk->ik", a, b));
        Near([1, 0, 3, 4], a.tril());
        Near([0, 2, 0, 0], a.triu(1));
        Near([1, 3, 2, 4], a.T.contiguous());
        Assert.Equal(-2, linalg.det(a).item<double>(), 12);
        Near([-2, 1, 1.5, -0.5], linalg.inv(a));
        var (u, s, vh) = linalg.svd(a);
        Near([5.464985704219043, 0.36596619062625746], s);
        Near([1, 2, 3, 4], u.matmul(diag(s)).matmul(vh));
        var (q, r) = linalg.qr(a);
        Near([1, 2, 3, 4], q.matmul(r));
        Near([1, 0, 0, 1], q.T.matmul(q));
        Assert.Equal([3L, 2, 2], a.unsqueeze(0).expand(3, -1, -1).bmm(b.unsqueeze(0).expand(3, 2, 2)).shape);
    }

    [Fact]
    public void Shapes()
    {
        var x = arange(6).reshape(2, 3);

        Assert.Equal([3L, 2], x.transpose(0, 1).shape);
        Assert.Equal([3L, 2], x.permute(1, 0).shape);
        Assert.Equal([6L], x.flatten().shape);
        Assert.Equal([1L, 2, 3], x.unsqueeze(0).shape);
        Assert.Equal([2L, 3], x.unsqueeze(0).squeeze(0).shape);
        Assert.Equal([4L, 3], x.repeat(2, 1).shape);
        Assert.Equal([0L, 0, 1, 1, 2, 2], x[0].repeat_interleave(2).data<long>().ToArray());
        Assert.Equal([2L, 2, 3], stack([x, x], 1).shape);
        Assert.Equal([2L, 6], cat([x, x], 1).shape);
        Assert.Equal([[2L, 1], [2L, 2]], x.split([1, 2], 1).Select(part => part.shape));
        Assert.Equal([2L, 1], x.chunk(3, 1)[2].shape);
        Assert.Equal(3, x.unbind(1).Length);
        Assert.Equal([2L, 1, 0], x[0].flip(0).data<long>().ToArray());
        Assert.Equal([2L, 0, 1], x[0].roll(1).data<long>().ToArray());
        Assert.Equal([3L, 1], x.stride());
        Assert.Equal(3, x[1].storage_offset());
        Assert.Equal([2L, 3, 4], x.narrow(0, 1, 1).select(0, 0).sub(1).data<long>().ToArray());
        Assert.False(x.T.is_contiguous());
        Assert.Throws<ExternalException>(() => x.T.view(6));
        Assert.Equal(6, x.numel());
        Assert.Equal(2, x.dim());
        Assert.Equal(8, x.element_size());
        Assert.Equal([1L, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], ones(1, 2, 3, 4).reshape(1, 2, 3, 4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).expand(1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2).shape);
    }

    [Fact]
    public void InPlaceForms_ReturnTheSameObject()
    {
        var x = tensor(new[] { 1.0, -2 });

        Assert.Same(x, x.add_(1));
        Assert.Same(x, x.mul_(tensor(2.0)));
        Near([4, -2], x);
        Assert.Same(x, x.clamp_(-1, 3));
        Near([3, -1], x);
        Assert.Same(x, x.copy_(tensor(new[] { 5, 6 })));
        Near([5, 6], x);
        Assert.Same(x, x.addcmul_(x, x, 0.5));
        Near([17.5, 24], x);
        Assert.Same(x, x.fill_(9).zero_());
        Near([0, 0], x);
        Assert.Same(x, x.unsqueeze_(0));
        Assert.Equal([1L, 2], x.shape);
        Assert.Same(x, x.masked_fill_(x == 0, 4.0).sqrt_());
        Near([2, 2], x);
    }

    [Fact]
    public void InPlace_OnALeafThatNeedsGrad_Throws()
    {
        var x = ones(2, requires_grad: true);

        Assert.Throws<ExternalException>(() => x.add_(1));
        using (no_grad())
        {
            x.add_(1);
        }
        Near([2, 2], x.detach().to(float64));
    }

    [Fact]
    public void Comparisons()
    {
        var x = tensor(new[] { 1.0, 2, double.NaN });

        Assert.Equal([false, true, false], (x == 2).data<bool>().ToArray());
        Assert.Equal([true, false, false], (x < 2).data<bool>().ToArray());
        Assert.Equal([false, false, true], x.isnan().data<bool>().ToArray());
        Assert.Equal([true, true, false], x.isfinite().data<bool>().ToArray());
        Assert.True(ones(2).Equals(ones(2)));
        Assert.False(ones(2).Equals(ones(3)));
        Assert.True(ones(2).allclose(ones(2) + 1e-7));
        Assert.Equal([false, true, true], ((x > 1) | x.isnan()).data<bool>().ToArray());
        Assert.Equal([true, false, true], (~(x == 2)).data<bool>().ToArray());
    }

    [Fact]
    public void Where_TakesScalarsThroughTensors()
    {
        var x = tensor(new[] { 1.0, -2 });

        Near([1, 0], where(x > 0, x, 0.0));
    }

    [Fact]
    public void Conversions_OfScalarTensors()
    {
        Assert.Equal(2.5f, (float)tensor(2.5));
        Assert.Equal(3, tensor(3L).ToInt32());
        Assert.True(tensor(true).ToBoolean());
        Assert.Equal(2, tensor(2.9).ToScalar().ToInt64());
        Tensor implicitOne = 1.5;
        Assert.Equal(ScalarType.Float64, implicitOne.dtype);
        Assert.Throws<ArgumentException>(() => ones(2).item<float>());
        Assert.Throws<ArgumentException>(() => ones(1).item<double>());
    }

    [Fact]
    public void Text_NamesShapeTypeAndDevice()
    {
        Assert.Equal("[2x3], type = Float32, device = cpu", zeros(2, 3).ToString());
        Assert.Equal("[], type = Int64, device = cpu", tensor(1L).ToString());
        Assert.Equal("[[1, 2]\n [3, 4.5]]", tensor(new[] { 1.0, 2, 3, 4.5 }, [2, 2]).npstr(newLine: "\n", cultureInfo: System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void SeveralHeads_MetaDevice_HasShapesWithoutMemory()
    {
        var x = empty([1_000_000, 1_000_000], device: META);

        Assert.True(x.is_meta);
        Assert.Equal([1_000_000L, 7], x.matmul(empty([1_000_000, 7], device: META)).shape);
    }

    private static void Near(double[] expected, Tensor actual, double tolerance = 1e-9)
    {
        var values = actual.to(float64).flatten().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], values[i], tolerance);
        }
    }
}
