using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Optim;

/// <summary>Five steps on two parameters against PyTorch 2.13 (References/nn_reference.py made the numbers).</summary>
public sealed class AdamWTests
{
    [Fact]
    public void Step_WithDecay_EqualsPyTorch()
        => OptimizerRun.Check(
            parameters => optim.AdamW(parameters, lr: 0.05, beta1: 0.9, beta2: 0.95, weight_decay: 0.1),
            [-1.07727158f, -0.561958194f, -0.0156190004f, 0.310408056f, 0.583119214f, 0.793024302f],
            [0.357978731f, -0.393749893f]);

    [Fact]
    public void Step_WithDefaults_HasNoDecay()
        => OptimizerRun.Check(
            parameters => optim.AdamW(parameters),
            [-1.00206673f, -0.59953928f, -0.196356669f, 0.20233418f, 0.599969149f, 0.996295393f],
            [0.497361362f, -0.253032565f]);

    [Fact]
    public void Step_WithAmsgradAndMaximize_EqualsPyTorch()
        => OptimizerRun.Check(
            parameters => optim.AdamW(parameters, lr: 0.05, weight_decay: 0.1, amsgrad: true, maximize: true),
            [-0.873829067f, -0.608832657f, -0.374881089f, 0.0803486183f, 0.587598979f, 1.15816915f],
            [0.618380666f, -0.0944137648f]);

    [Fact]
    public void Step_WhereAGradientIsMissing_CountsStepsPerParameter()
        => OptimizerRun.Check(
            parameters => optim.AdamW(parameters, lr: 0.05, weight_decay: 0.1),
            [-1.0766685f, -0.561465859f, -0.0152184144f, 0.309750885f, 0.582699537f, 0.792328477f],
            [0.453853965f, -0.331029445f],
            secondEveryOtherStep: true);

    [Fact]
    public void Adam_WithDecay_EqualsPyTorch()
        => OptimizerRun.Check(
            parameters => optim.Adam(parameters, lr: 0.05, weight_decay: 0.1),
            [-1.06226957f, -0.545808971f, -0.0153159881f, 0.306922317f, 0.566142797f, 0.7954548f],
            [0.314577699f, -0.39913097f]);

    [Fact]
    public void Sgd_WithNesterovMomentum_EqualsPyTorch()
        => OptimizerRun.Check(
            parameters => optim.SGD(parameters, 0.05, momentum: 0.9, weight_decay: 0.1, nesterov: true),
            [-0.951492608f, -0.455627948f, -0.047016006f, 0.236103922f, 0.470869392f, 0.778874457f],
            [-0.0795264021f, -0.634478867f]);

    [Fact]
    public void Sgd_WithDampening_EqualsPyTorch()
        => OptimizerRun.Check(
            parameters => optim.SGD(parameters, 0.05, momentum: 0.9, dampening: 0.5),
            [-1.07982373f, -0.591911435f, -0.111435525f, 0.287614554f, 0.606112301f, 0.918990374f],
            [0.256533027f, -0.650223732f]);

    [Fact]
    public void Step_OnManyParameters_EqualsOneOptimizerPerParameter()
    {
        using var scope = NewDisposeScope();
        // Sizes on both sides of what shares a buffer.
        long[] sizes = [3, 200_000, 70_000, 1, 300_000, 5];
        Parameter[] together = [.. sizes.Select(size => new Parameter(linspace(-1, 1, size)))];
        Parameter[] alone = [.. sizes.Select(size => new Parameter(linspace(-1, 1, size)))];
        using var one = optim.AdamW(together, lr: 0.01, weight_decay: 0.1);
        AdamW[] each = [.. alone.Select(parameter => optim.AdamW([parameter], lr: 0.01, weight_decay: 0.1))];
        for (var step = 0; step < 3; step++)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                together[i].grad = cos(arange(sizes[i], dtype: ScalarType.Float32) + step);
                alone[i].grad = cos(arange(sizes[i], dtype: ScalarType.Float32) + step);
                each[i].step();
            }
            one.step();
        }
        for (var i = 0; i < sizes.Length; i++)
            Assert.True(together[i].equal(alone[i]).all().item<bool>());
        foreach (var optimizer in each)
            optimizer.Dispose();
    }

    [Fact]
    public void Step_InAScope_KeepsTheStateAlive()
    {
        using var parameter = new Parameter(ones(4));
        AdamW optimizer;
        using (NewDisposeScope())
        {
            optimizer = optim.AdamW([parameter], lr: 0.1);
            parameter.grad = ones(4);
            optimizer.step();
        }
        using (NewDisposeScope())
        {
            optimizer.step();
            var state = (AdamW.State)optimizer.state_dict().State[0];
            Assert.Equal(2, state.step);
            Assert.Equal(0.19f, state.exp_avg[0].item<float>(), 1e-6f);
        }
        optimizer.Dispose();
    }

    [Fact]
    public void Step_WithClosure_ReturnsItsLoss()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(2));
        using var optimizer = optim.AdamW([parameter], lr: 0.1);
        var loss = optimizer.step(() =>
        {
            optimizer.zero_grad();
            var value = (parameter * 3).sum();
            value.backward();
            return value;
        });
        Assert.Equal(6f, loss!.item<float>());
        Close.To([0.9f, 0.9f], parameter, 1e-6);
    }

    [Fact]
    public void Frozen_Parameter_GetsStateWhenItGetsAGradient()
    {
        using var scope = NewDisposeScope();
        var frozen = new Parameter(ones(2), requires_grad: false);
        var trained = new Parameter(ones(2));
        using var optimizer = optim.AdamW([frozen, trained], lr: 0.1);
        trained.grad = ones(2);
        optimizer.step();
        Close.To([1, 1], frozen, 0);
        Close.To([0.9f, 0.9f], trained, 1e-6);

        frozen.requires_grad_(true);
        frozen.grad = ones(2);
        optimizer.step();
        Close.To([0.9f, 0.9f], frozen, 1e-6);
    }

    [Fact]
    public void ZeroGrad_KeepsTheGradientsAndFillsThem()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(2));
        using var optimizer = optim.AdamW([parameter]);
        parameter.grad = ones(2);
        optimizer.zero_grad();
        Close.To([0, 0], parameter.grad!, 0);
    }

    [Fact]
    public void Groups_HaveTheirOwnOptions()
    {
        using var scope = NewDisposeScope();
        var slow = new Parameter(ones(1));
        var fast = new Parameter(ones(1));
        using var optimizer = optim.AdamW(
            [new AdamW.ParamGroup([slow], lr: 0.1), new AdamW.ParamGroup { Parameters = [fast] }], lr: 0.3);
        slow.grad = ones(1);
        fast.grad = ones(1);
        optimizer.step();
        Close.To([0.9f], slow, 1e-6);
        Close.To([0.7f], fast, 1e-6);
        Assert.Equal([0.1, 0.3], optimizer.ParamGroups.Select(group => group.LearningRate));
        Assert.Equal(2, optimizer.parameters().Count());
    }

    [Fact]
    public void Duplicates_AreRefused()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(1));
        Assert.Throws<ArgumentException>(() => optim.AdamW([parameter, parameter]));
    }

    [Theory]
    [InlineData(-1.0, 0.9, 0.0)]
    [InlineData(0.1, 1.0, 0.0)]
    [InlineData(0.1, 0.9, -0.1)]
    public void BadOptions_AreRefused(double lr, double beta1, double decay)
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(ones(1));
        Assert.Throws<ArgumentException>(() => optim.AdamW([parameter], lr, beta1, weight_decay: decay));
    }
}
