using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Autograd;

public class BackwardTests
{
    [Fact]
    public void Backward_Polynomial_GivesItsDerivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0, -3.0 }, requires_grad: true);

        (x * x * x - 2 * x).sum().backward();

        Assert.Equal([1.0, 10.0, 25.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Backward_Twice_Accumulates()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        (x * 3).backward();
        (x * 4).backward();

        Assert.Equal(7.0, x.grad!.item<double>());
    }

    [Fact]
    public void Backward_SameGraphTwice_ThrowsUnlessRetained()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var y = x * x;
        y.backward(retain_graph: true);
        y.backward();

        Assert.Throws<ExternalException>(() => y.backward());
        Assert.Equal(8.0, x.grad!.item<double>());
    }

    [Fact]
    public void Backward_NotAScalar_Throws()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);

        var error = Assert.Throws<ExternalException>(() => (x * 2).backward());

        Assert.Contains("scalar", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backward_WithGradTensors_IsAVectorJacobianProduct()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, 2.0 }, requires_grad: true);
        var y = x.pow(2);

        autograd.backward([y], [tensor(new[] { 1.0, 10.0 })]);

        Assert.Equal([2.0, 40.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Grad_LeavesGradFieldsAlone()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var unused = tensor(1.0, requires_grad: true);

        var grads = autograd.grad([x * x], [x, unused], allow_unused: true);

        Assert.Equal(6.0, grads[0].item<double>());
        Assert.Null(grads[1]);
        Assert.Null(x.grad);
    }

    [Fact]
    public void Grad_UnusedInputNotAllowed_ThrowsInsteadOfEndingTheProcess()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);
        var unused = tensor(1.0, requires_grad: true);

        Assert.Throws<ExternalException>(() => autograd.grad([x * x], [x, unused]));
    }

    [Fact]
    public void Grad_OfGrad_GivesTheSecondDerivative()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);
        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        var second = autograd.grad([first], [x])[0];

        Assert.Equal(12.0, second.item<double>());
    }

    [Fact]
    public void Grad_CanBeSetAndCleared()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        x.grad = full(2, 5.0);
        Assert.Equal([5f, 5f], x.grad!.data<float>().ToArray());

        x.grad = null;

        Assert.Null(x.grad);
        Assert.Throws<ExternalException>(() => x.grad = ones(3));
    }

    [Fact]
    public void NoGrad_InsideNothingIsRecorded_AfterwardsAgain()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((x * 2).requires_grad);
            using (enable_grad())
            {
                Assert.True((x * 2).requires_grad);
            }
            Assert.False(is_grad_enabled());
        }

        Assert.True((x * 2).requires_grad);
    }

    [Fact]
    public void InferenceMode_ResultsCannotEnterAGraph()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        Tensor inferred;
        using (inference_mode())
        {
            Assert.True(is_inference_mode_enabled());
            inferred = x * 2;
        }

        Assert.False(is_inference_mode_enabled());
        Assert.Throws<ExternalException>(() => (inferred * x).sum().backward());
    }

    [Fact]
    public void InferenceMode_DisposedOnAnotherThread_Throws()
    {
        using var mode = inference_mode();

        Assert.Throws<InvalidOperationException>(() => OtherThread.Run(mode.Dispose));
    }

    [Fact]
    public void RequiresGrad_OnNonLeaf_CannotBeTurnedOff()
    {
        using var scope = NewDisposeScope();
        var y = ones(1, requires_grad: true) * 2;

        Assert.Throws<ExternalException>(() => y.requires_grad = false);
    }

    [Fact]
    public void RequiresGrad_OnIntegers_Throws()
    {
        using var x = ones(1, dtype: int64);

        Assert.Throws<ExternalException>(() => x.requires_grad_());
    }

    [Fact]
    public void DetectAnomaly_NotANumber_Throws()
    {
        using var scope = NewDisposeScope();
        using var anomaly = autograd.detect_anomaly();
        var x = tensor(0.0, requires_grad: true);

        Assert.True(AnomalyMode.IsEnabled);
        var error = Assert.Throws<ExternalException>(() => (x.sqrt() * 0).backward());
        Assert.Contains("nan", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Tensor, Tensor>> Functions => new()
    {
        { "silu", x => x.silu() },
        { "gelu", x => x.gelu() },
        { "sigmoid", x => x.sigmoid() },
        { "tanh", x => x.tanh() },
        { "exp", x => x.exp() },
        { "rsqrt", x => (x * x + 1).rsqrt() },
        { "softmax", x => x.softmax(-1).pow(2) },
        { "log_softmax", x => x.log_softmax(-1)[.., 1] },
        { "logsumexp", x => x.logsumexp(-1) },
        { "matmul", x => x.matmul(x.transpose(0, 1)) },
        { "einsum", x => einsum("ij,kj->ik", x, x * 2) },
        { "index", x => x[tensor(new long[] { 1, 0, 1 })] },
        { "slice", x => x[.., 1..] * 3 },
        { "cat", x => cat([x, x.pow(2)], 1) },
        { "var", x => x.var(1) },
        { "where", x => where(x > 0, x * 2, x.exp()) },
        { "masked_fill", x => x.masked_fill(x > 0, 1.0) * x },
        { "cumsum", x => x.cumsum(1).sin() },
        { "norm", x => x.norm() },
        { "clamp", x => x.clamp(-0.5, 0.5) * x },
        { "division", x => 1.0 / (x * x + 2) },
        { "subtraction", x => 1.0 - x * x },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Backward_EqualsFiniteDifferences(string name, Func<Tensor, Tensor> function)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var x = randn(2, 3, dtype: float64, generator: generator).requires_grad_();
        var weights = randn(function(x).shape, dtype: float64, generator: generator);
        (function(x) * weights).sum().backward();
        var analytic = x.grad!.data<double>().ToArray();

        using var noGrad = no_grad();
        const double step = 1e-6;
        for (var i = 0; i < 6; i++)
        {
            var up = x.clone();
            var down = x.clone();
            up[i / 3, i % 3] += step;
            down[i / 3, i % 3] -= step;
            var numeric = ((function(up) - function(down)) * weights).sum().item<double>() / (2 * step);
            Assert.True(Math.Abs(numeric - analytic[i]) < 1e-6, $"{name}[{i}]: {analytic[i]} against {numeric}");
        }
    }
}
