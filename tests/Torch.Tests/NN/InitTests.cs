using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

public sealed class InitTests
{
    [Fact]
    public void KaimingAndXavier_HaveTheirDeviation()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var weight = empty(200, 100);
        AssertDeviation(Math.Sqrt(2.0 / 100), init.kaiming_uniform_(weight));
        AssertDeviation(Math.Sqrt(2.0 / 200), init.kaiming_normal_(weight, mode: init.FanInOut.FanOut));
        AssertDeviation(Math.Sqrt(2.0 / 300), init.xavier_uniform_(weight));
        AssertDeviation(3 * Math.Sqrt(2.0 / 300), init.xavier_normal_(weight, gain: 3));
        AssertDeviation(0.5, init.normal_(weight, 0, 0.5));
        Assert.InRange(init.kaiming_uniform_(weight, Math.Sqrt(5)).abs().max().item<float>(), 0.099f, 0.1f);
    }

    [Fact]
    public void Fills_WorkOnParametersInPlace()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(empty(2));
        Assert.Same(parameter, init.ones_(parameter));
        Close.To([1, 1], parameter, 0);
        Close.To([0, 0], init.zeros_(parameter), 0);
        Close.To([2.5f, 2.5f], init.constant_(parameter, 2.5), 0);
        Assert.True(parameter is { is_leaf: true, requires_grad: true });
    }

    [Fact]
    public void Generator_MakesDrawsRepeatable()
    {
        using var scope = NewDisposeScope();
        var first = init.uniform_(empty(5), -1, 1, new Generator(42));
        var second = init.uniform_(empty(5), -1, 1, new Generator(42));
        var third = init.normal_(empty(5), 0, 1, new Generator(43));
        Assert.True(first.equal(second).all().item<bool>());
        Assert.False(first.allclose(third));
    }

    [Fact]
    public void Fans_CountWhatLiesBehindTheSecondDimension()
    {
        using var scope = NewDisposeScope();
        Assert.Equal((3 * 20, 2 * 20), init.CalculateFanInAndFanOut(empty(2, 3, 4, 5)));
        Assert.Throws<ArgumentException>(() => init.CalculateFanInAndFanOut(empty(2)));
        Assert.Equal(Math.Sqrt(1.0 / 3), init.calculate_gain(init.NonlinearityType.LeakyReLU, Math.Sqrt(5)), 12);
    }

    private static void AssertDeviation(double expected, Tensor tensor)
        => Assert.InRange(Math.Sqrt(tensor.pow(2).mean().item<float>()) / expected, 0.97, 1.03);
}
