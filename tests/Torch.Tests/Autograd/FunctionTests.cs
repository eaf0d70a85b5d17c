using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Autograd;

public class FunctionTests
{
    [Fact]
    public void Apply_SingleTensorFunction_UsesItsOwnGradient()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1.0, -2.0 }, requires_grad: true);

        var y = Scaled.apply(x, 3.0);
        y.sum().backward();

        Assert.Equal([3.0, -6.0], y.data<double>().ToArray());
        Assert.Equal([103.0, 103.0], x.grad!.data<double>().ToArray());
    }

    [Fact]
    public void Apply_MultiTensorFunction_PassesAllGradients()
    {
        using var scope = NewDisposeScope();
        var a = tensor(3.0, requires_grad: true);
        var b = tensor(4.0, requires_grad: true);

        var results = ProductAndSum.apply(a, "not a tensor", b);
        (results[0] * 10 + results[1]).backward();

        Assert.Equal(12.0, results[0].item<double>());
        Assert.Equal(7.0, results[1].item<double>());
        Assert.Equal(41.0, a.grad!.item<double>());
        Assert.Equal(31.0, b.grad!.item<double>());
    }

    [Fact]
    public void Apply_OneResultUnused_ItsGradientIsZeros()
    {
        using var scope = NewDisposeScope();
        var a = tensor(3.0, requires_grad: true);
        var b = tensor(4.0, requires_grad: true);

        ProductAndSum.apply(a, 0, b)[0].backward();

        Assert.Equal(4.0, a.grad!.item<double>());
    }

    [Fact]
    public void Backward_ManagedException_ArrivesAsItself()
    {
        using var scope = NewDisposeScope();
        var x = tensor(1.0, requires_grad: true);
        var y = FailsInBackward.apply(x);

        var error = Assert.Throws<FormatException>(() => (y * 2).backward());

        Assert.Equal("from backward", error.Message);
    }

    [Fact]
    public void Forward_ManagedException_ArrivesAsItself()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<FormatException>(() => FailsInForward.apply(ones(1, requires_grad: true)));
    }

    [Fact]
    public void Backward_NativeExceptionInside_ArrivesWithItsMessage()
    {
        using var scope = NewDisposeScope();
        var y = BadShapes.apply(ones(1, requires_grad: true));

        var error = Assert.Throws<ExternalException>(() => y.backward());

        Assert.Contains("3x2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Backward_WrongNumberOfGradients_Throws()
    {
        using var scope = NewDisposeScope();
        var y = TooFew.apply(ones(1, requires_grad: true), ones(1, requires_grad: true));

        var error = Assert.Throws<InvalidOperationException>(() => y.sum().backward());

        Assert.Contains("must return 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_ManyTimes_LeavesNothingBehind()
    {
        using var x = ones(4, requires_grad: true);
        var before = Tensor.TotalCount;
        for (var i = 0; i < 200; i++)
        {
            using var scope = NewDisposeScope();
            Scaled.apply(x, 2.0).sum().backward();
            x.grad = null;
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Context_UsedAfterwards_Throws()
    {
        using var scope = NewDisposeScope();
        Scaled.apply(ones(1, requires_grad: true), 1.0);

        Assert.Throws<InvalidOperationException>(() => Scaled.LastContext!.get_saved_variables());
    }

    [Fact]
    public void Context_MarkNonDifferentiable_ResultNeedsNoGrad()
    {
        using var scope = NewDisposeScope();
        var results = WithIndices.apply(tensor(new[] { 2.0, 5.0, 1.0 }, requires_grad: true));

        Assert.True(results[0].requires_grad);
        Assert.False(results[1].requires_grad);
    }

    private sealed class Scaled : autograd.SingleTensorFunction<Scaled>
    {
        public static autograd.AutogradContext? LastContext { get; private set; }

        public override string Name => nameof(Scaled);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            LastContext = ctx;
            ctx.save_for_backward([(Tensor)vars[0]]);
            ctx.save_data("factor", vars[1]);
            return (Tensor)vars[0] * (double)vars[1];
        }

        // 100 more than the truth, so that it shows whose gradient it is.
        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables()[0];
            return [grad_output * (double)ctx.get_data("factor") + ones_like(saved) * 100, null!];
        }
    }

    private sealed class ProductAndSum : autograd.MultiTensorFunction<ProductAndSum>
    {
        public override string Name => nameof(ProductAndSum);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var (a, b) = ((Tensor)vars[0], (Tensor)vars[2]);
            ctx.save_for_backward([a, b]);
            return [a * b, a + b];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            return [grad_outputs[0] * saved[1] + grad_outputs[1], null!, grad_outputs[0] * saved[0] + grad_outputs[1]];
        }
    }

    private sealed class FailsInBackward : autograd.SingleTensorFunction<FailsInBackward>
    {
        public override string Name => nameof(FailsInBackward);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => throw new FormatException("from backward");
    }

    private sealed class FailsInForward : autograd.SingleTensorFunction<FailsInForward>
    {
        public override string Name => nameof(FailsInForward);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => throw new FormatException("from forward");

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output];
    }

    private sealed class BadShapes : autograd.SingleTensorFunction<BadShapes>
    {
        public override string Name => nameof(BadShapes);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [ones(3, 2).matmul(ones(3, 2))];
    }

    private sealed class TooFew : autograd.SingleTensorFunction<TooFew>
    {
        public override string Name => nameof(TooFew);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] + (Tensor)vars[1];

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output];
    }

    private sealed class WithIndices : autograd.MultiTensorFunction<WithIndices>
    {
        public override string Name => nameof(WithIndices);

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var order = ((Tensor)vars[0]).to(float64).argsort().to(float64);
            ctx.mark_non_differentiable([order]);
            return [(Tensor)vars[0] * 2, order];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) => [grad_outputs[0] * 2];
    }
}
