using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Native.Tests;

/// <summary>Every kernel against its composed twin: values and gradients, both types, sizes that are and are not whole vectors.</summary>
public sealed class NativeOpsTests
{
    private static readonly IFusedOps Composed = FusedOps.Composed;

    private static IFusedOps Native => FusedOps.Native
        ?? throw new InvalidOperationException("libloradiff_kernels was not found beside the tests; the build of src/Torch/native must make it.");

    public static TheoryData<ScalarType, int, int> RowsAndWidths()
    {
        var data = new TheoryData<ScalarType, int, int>();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            foreach (var (rows, width) in new[] { (1, 16), (7, 192), (64, 40), (3, 5) })
            {
                data.Add(type, rows, width);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(RowsAndWidths))]
    public void RmsNorm_EqualsComposed(ScalarType type, int rows, int width)
    {
        using var scope = NewDisposeScope();
        Compare(type, ops => (Tensor[] x) => ops.RmsNorm(x[0], x[1], 1e-6), Random(type, 1, rows, width), Random(type, 2, width));
    }

    [Theory]
    [MemberData(nameof(RowsAndWidths))]
    public void SwiGlu_EqualsComposed(ScalarType type, int rows, int width)
    {
        using var scope = NewDisposeScope();
        Compare(type, ops => (Tensor[] x) => ops.SwiGlu(x[0], x[1]), Random(type, 1, rows, width), Random(type, 2, rows, width));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 32)]
    [InlineData(ScalarType.Float32, 20)]
    [InlineData(ScalarType.BFloat16, 64)]
    public void Rotary_EqualsComposed(ScalarType type, int dim)
    {
        using var scope = NewDisposeScope();
        var (cos, sin) = Angles(9, dim);
        Compare(type, ops => (Tensor[] x) => ops.Rotary(x[0], cos, sin), Random(type, 1, 9, 3, dim));
        Compare(type, ops => (Tensor[] x) => ops.NormRotary(x[0], x[1], 1e-6, cos, sin), Random(type, 1, 9, 3, dim), Random(type, 2, dim));
    }

    [Theory]
    [InlineData(ScalarType.Float32, 4, 64, 48)]     // few rows: read-once product
    [InlineData(ScalarType.Float32, 40, 64, 48)]    // thin products
    [InlineData(ScalarType.Float32, 600, 24, 40)]   // folded
    [InlineData(ScalarType.Float32, 2000, 200, 43)] // folded, with remainders of rows, columns and vectors
    [InlineData(ScalarType.BFloat16, 40, 64, 48)]
    [InlineData(ScalarType.BFloat16, 600, 24, 40)]
    [InlineData(ScalarType.BFloat16, 2000, 200, 43)]
    public void LoraLinear_EqualsComposed(ScalarType type, int rows, int inputs, int outputs)
    {
        using var scope = NewDisposeScope();
        var weight = Random(type, 3, outputs, inputs);
        Tensor x = Random(type, 1, rows, inputs), a = Random(ScalarType.Float32, 4, 8, inputs), b = Random(ScalarType.Float32, 5, outputs, 8), bias = Random(type, 6, outputs);
        Compare(type, ops => (Tensor[] v) => ops.LoraLinear(v[0], weight, v[3], v[1], v[2], 2.0), x, a, b, bias);
        Compare(type, ops => (Tensor[] v) => ops.Linear(v[0], v[1], null), x, weight);
    }

    [Fact]
    public void Linear_Float32RowsOverBFloat16Weight_CastsTheWeight()
    {
        using var scope = NewDisposeScope();
        var weight = Random(ScalarType.BFloat16, 3, 48, 64);
        foreach (var rows in new[] { 1, 5, 9, 13, 33, 64, 65 })
        {
            var x = Random(ScalarType.Float32, 1, rows, 64);
            var result = Native.Linear(x, weight, null);
            Assert.Equal(ScalarType.Float32, result.dtype);
            AssertClose(Composed.Linear(x, weight, null), result, 1e-5);
        }
    }

    [Fact]
    public void Linear_FewBFloat16Rows_EqualsComposed()
    {
        using var scope = NewDisposeScope();
        var weight = Random(ScalarType.BFloat16, 3, 48, 96);
        foreach (var rows in new[] { 1, 2, 3, 4, 5, 23, 24, 25, 26, 32, 64, 65 })
        {
            var x = Random(ScalarType.BFloat16, rows, rows, 96);
            AssertClose(Composed.Linear(x.to(ScalarType.Float32), weight, null), Native.Linear(x, weight, null).to(ScalarType.Float32), 1e-2);
        }
    }

    // Whole tiles and what is left of them: four, two and one column; on processors with a bfloat16 dot product to the bit.
    [Theory]
    [InlineData(64, 48)]
    [InlineData(1024, 22)]
    [InlineData(2048, 151)]
    public void Linear_OfABFloat16Row_IsTheSameAmongAnyOtherRows(int width, int columns)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        Tensor x = Random(ScalarType.BFloat16, 1, 40, width), weight = Random(ScalarType.BFloat16, 2, columns, width);
        var exact = x.to(float64).matmul(weight.to(float64).t());
        var alone = cat([.. Enumerable.Range(0, 40).Select(row => Native.Linear(x.narrow(0, row, 1), weight, null))], 0);
        var toTheBit = Native.Name.Contains("avx512", StringComparison.Ordinal) && File.ReadAllText("/proc/cpuinfo").Contains("avx512_bf16", StringComparison.Ordinal);
        foreach (var rows in new[] { 1, 2, 3, 4, 5, 6, 7, 8, 11, 19, 32, 33, 40 })
        {
            var result = Native.Linear(x.narrow(0, 0, rows), weight, null);
            AssertClose(exact.narrow(0, 0, rows), result.to(float64), 1e-2);
            Assert.InRange((result.to(float64) - alone.narrow(0, 0, rows).to(float64)).abs().max().item<double>(), 0, toTheBit ? 0 : 0.02 * exact.abs().max().item<double>());
        }
    }

    [Fact]
    public void LoraLinear_FoldedBFloat16WeightUnderFloat32Rows_EqualsComposed()
    {
        using var scope = NewDisposeScope();
        var weight = Random(ScalarType.BFloat16, 3, 40, 24);
        Tensor x = Random(ScalarType.Float32, 1, 600, 24), a = Random(ScalarType.Float32, 4, 8, 24), b = Random(ScalarType.Float32, 5, 40, 8);
        Compare(ScalarType.Float32, ops => (Tensor[] v) => ops.LoraLinear(v[0], weight, null, v[1], v[2], 2.0), x, a, b);
    }

    public static TheoryData<string, ScalarType, int> Patterns()
    {
        var data = new TheoryData<string, ScalarType, int>();
        foreach (var name in Tables.Keys)
        {
            data.Add(name, ScalarType.Float32, 16);
            data.Add(name, ScalarType.Float32, 64);
            data.Add(name, ScalarType.BFloat16, 16);
            data.Add(name, ScalarType.BFloat16, 48);
            data.Add(name, ScalarType.BFloat16, 128);
        }

        return data;
    }

    private static readonly Dictionary<string, SegmentTable> Tables = new()
    {
        ["causal"] = SegmentTable.Causal(37),
        ["long causal"] = SegmentTable.Causal(130),
        ["cached"] = new(5, 40, [new(0, 3, new(2, 20, Causal: true)), new(3, 2, new(25, 9))]),
        ["two documents, noisy and clean interleaved"] = new(28, 28,
        [
            new(0, 4, new(0, 4)), new(4, 3, new(4, 3), new(14, 4)),
            new(7, 4, new(7, 4)), new(11, 3, new(11, 3), new(21, 4)),
            new(14, 7, new(14, 7, Causal: true)), new(21, 7, new(21, 7, Causal: true)),
        ]),
        ["a block over a cache, odd starts and lengths"] = new(47, 219, [new(0, 32, new(1, 131)), new(32, 15, new(133, 45), new(199, 15))]),
        ["a query that sees nothing"] = new(3, 4, [new(0, 1, default), new(1, 2, new(0, 4))]),
        ["causal beside whole"] = new(4, 12, [new(0, 4, new(0, 6), new(6, 6, Causal: true))]),
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public void Attention_EqualsComposedAndMasked(string pattern, ScalarType type, int dim)
    {
        using var scope = NewDisposeScope();
        var table = Tables[pattern];
        Tensor q = Random(type, 1, table.Queries, 6, dim), k = Random(type, 2, table.Keys, 2, dim), v = Random(type, 3, table.Keys, 2, dim);
        var scale = 0.7 / Math.Sqrt(dim);
        Compare(type, ops => (Tensor[] x) => ops.Attention(x[0], x[1], x[2], table, scale), q, k, v);
        AssertClose(Masked(q, k, v, table, scale), Native.Attention(q, k, v, table, scale), Tolerance(type));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Attention_NaNInAnotherDocument_StaysThere(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var table = new SegmentTable(6, 6, [new(0, 3, new(0, 3)), new(3, 3, new(3, 3, Causal: true))]);
        Tensor q = Random(type, 1, 6, 2, 16), k = Random(type, 2, 6, 1, 16), v = Random(type, 3, 6, 1, 16);
        k.narrow(0, 3, 3).fill_(float.NaN);
        v.narrow(0, 3, 3).fill_(float.NaN);
        var result = Native.Attention(q, k, v, table, 0.25).to(ScalarType.Float32);
        Assert.False(result.narrow(0, 0, 3).isnan().any().item<bool>());
        Assert.True(result.narrow(0, 3, 3).isnan().all().item<bool>());
    }

    [Theory]
    [InlineData(-0.3)]
    [InlineData(0)]
    public void Attention_ScaleNotAboveZero_EqualsMasked(double scale)
    {
        using var scope = NewDisposeScope();
        var table = Tables["cached"];
        Tensor q = Random(ScalarType.BFloat16, 1, 5, 2, 32), k = Random(ScalarType.BFloat16, 2, 40, 2, 32), v = Random(ScalarType.BFloat16, 3, 40, 2, 32);
        AssertClose(Masked(q, k, v, table, scale), Native.Attention(q, k, v, table, scale), 1e-2);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, 1)]
    [InlineData(ScalarType.Float32, 3, 50)]
    [InlineData(ScalarType.BFloat16, 5, 151)]
    [InlineData(ScalarType.BFloat16, 17, 3000)]
    public void MostLikely_EqualsComposed(ScalarType type, int rows, int vocabulary)
    {
        using var scope = NewDisposeScope();
        var logits = Random(type, 1, rows, vocabulary + 7) * 4;
        logits.select(1, vocabulary / 2).fill_(float.NegativeInfinity);
        foreach (var part in new[] { logits, logits.narrow(1, 3, vocabulary), logits.t() })
        {
            Tensor expected = Composed.MostLikely(part), actual = Native.MostLikely(part);
            Assert.Equal(expected.shape, actual.shape);
            Assert.Equal(0, (expected[0] - actual[0]).abs().nan_to_num(0).max().item<float>(), 1e-5f);
            Assert.True(expected[0].isnan().equal(actual[0].isnan()).all().item<bool>());
            // bfloat16 has ties: both take an index of the same logit, ours the first.
            var wide = part.to(ScalarType.Float32);
            for (var row = 0; row < wide.size(0); row++)
            {
                var values = wide[row].data<float>().ToArray();
                Assert.Equal(Array.IndexOf(values, values.Max()), actual[1, row].item<float>());
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void MostLikely_NoDistribution_IsNaN(ScalarType type)
    {
        using var scope = NewDisposeScope();
        foreach (var ops in new[] { Composed, Native })
        {
            foreach (var place in new[] { 2, 39 })   // inside a whole vector, and in what is left
            {
                var logits = Random(type, 1, 4, 40);
                logits[0, place] = float.NaN;
                logits[1, place] = float.PositiveInfinity;
                logits[2].fill_(float.NegativeInfinity);
                Assert.Equal([true, true, true, false], ops.MostLikely(logits)[0].isnan().data<bool>().ToArray());
            }
        }
    }

    [Fact]
    public void MostLikely_NoVocabulary_NamesTheShape()
    {
        using var scope = NewDisposeScope();
        var e = Assert.Throws<ExternalException>(() => Native.MostLikely(zeros(2, 0)));
        Assert.Contains("[2, 0]", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, 50)]
    [InlineData(ScalarType.Float32, 300, 960)]
    [InlineData(ScalarType.BFloat16, 70, 200)]
    public void TokenLosses_EqualsComposed(ScalarType type, int rows, int vocabulary)
    {
        using var scope = NewDisposeScope();
        var targets = tensor(Enumerable.Range(0, rows).Select(i => (long)(i * 37 % vocabulary)).ToArray());
        Compare(type, ops => (Tensor[] x) => ops.TokenLosses(x[0], x[1], targets), Random(type, 1, rows, 24), Random(type, 2, vocabulary, 24));
    }

    [Fact]
    public void TokenLosses_NoRows_IsEmpty()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, Native.TokenLosses(zeros(0, 8), ones(5, 8), zeros(0, dtype: int64)).numel());
    }

    [Fact]
    public void TokenLosses_TargetOutsideTheVocabulary_Throws()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => Native.TokenLosses(ones(1, 8), ones(5, 8), tensor(new long[] { 5 })));
        Assert.Contains("5 rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RmsNorm_WrongWidth_NamesBothShapes()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => Native.RmsNorm(ones(2, 8), ones(5), 1e-6));
        Assert.Contains("[2, 8]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[5]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Current_IsNativeOnThisBuild() => Assert.StartsWith("native", FusedOps.Current.Name, StringComparison.Ordinal);

    private static void Compare(ScalarType type, Func<IFusedOps, Func<Tensor[], Tensor>> operation, params Tensor[] inputs)
    {
        var (expected, expectedGrads) = Run(operation(Composed), inputs);
        var (actual, actualGrads) = Run(operation(Native), inputs);
        AssertClose(expected, actual, Tolerance(type));
        for (var i = 0; i < inputs.Length; i++)
        {
            Assert.Equal(expectedGrads[i].dtype, actualGrads[i].dtype);
            AssertClose(expectedGrads[i], actualGrads[i], 3 * Tolerance(type));
        }
    }

    private static (Tensor Value, Tensor[] Gradients) Run(Func<Tensor[], Tensor> operation, Tensor[] inputs)
    {
        Tensor[] leaves = [.. inputs.Select(x => x.clone().requires_grad_(true))];
        var value = operation(leaves);
        var weights = Random(ScalarType.Float32, 99, [.. value.shape.Select(n => (int)n)]);
        (value.to(float32) * weights).sum().backward();
        return (value.detach(), [.. leaves.Select(x => x.grad!)]);
    }

    private static Tensor Masked(Tensor q, Tensor k, Tensor v, SegmentTable table, double scale)
    {
        Tensor Heads(Tensor x) => x.to(float64).transpose(0, 1).repeat_interleave(q.size(1) / x.size(1), 0);
        var scores = (Heads(q).matmul(Heads(k).transpose(1, 2)) * scale).masked_fill(~table.ToMask(), double.NegativeInfinity);
        return nn.functional.softmax(scores, -1).nan_to_num(0.0).matmul(Heads(v)).transpose(0, 1);
    }

    private static Tensor Random(ScalarType type, int seed, params int[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn([.. shape.Select(n => (long)n)], generator: generator).to(type);
    }

    private static (Tensor Cos, Tensor Sin) Angles(int rows, int dim)
    {
        var angle = arange(rows, dtype: float32).unsqueeze(1) * pow(10000f, -arange(0, dim, 2, dtype: float32) / dim).unsqueeze(0);
        var both = cat([angle, angle], 1);
        return (both.cos(), both.sin());
    }

    private static double Tolerance(ScalarType type) => type == ScalarType.BFloat16 ? 1e-2 : 3e-6;

    // Relative to the size of the whole tensor, as rounding is.
    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        var wide = expected.to(float64);
        var difference = (actual.to(float64) - wide).norm().item<double>();
        var size = wide.norm().item<double>();
        Assert.True(difference <= tolerance * Math.Max(size, 1e-6), $"relative difference {difference / size:g3} is above {tolerance:g3}");
    }
}
