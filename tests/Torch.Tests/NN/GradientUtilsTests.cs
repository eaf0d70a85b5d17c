using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests.NN;

public sealed class GradientUtilsTests
{
    [Theory]
    [InlineData(2.0, 7.745966911, new[] { -0.387298286f, -0.193649143f, 0f, 0.193649143f, 0.387298286f, 0.580947399f }, new[] { 0.774596572f, -0.968245745f })]
    [InlineData(1.0, 18.0, new[] { -0.166666642f, -0.0833333209f, 0f, 0.0833333209f, 0.166666642f, 0.24999997f }, new[] { 0.333333284f, -0.416666597f })]
    [InlineData(double.PositiveInfinity, 5.0, new[] { -0.599999905f, -0.299999952f, 0f, 0.299999952f, 0.599999905f, 0.899999857f }, new[] { 1.19999981f, -1.49999976f })]
    public void ClipGradNorm_EqualsPyTorch(double type, double norm, float[] first, float[] second)
    {
        using var scope = NewDisposeScope();
        var (a, b) = Parameters();
        Assert.Equal(norm, nn.utils.clip_grad_norm_([a, b, new Parameter(ones(3))], 1.5, type), 1e-5);
        Close.To(first, a.grad!, 1e-6);
        Close.To(second, b.grad!, 1e-6);
    }

    [Fact]
    public void ClipGradNorm_BelowTheLimit_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Parameters();
        Assert.Equal(7.7459669, nn.utils.clip_grad_norm_([a, b], 100), 1e-5);
        Close.To([-2, -1, 0, 1, 2, 3], a.grad!, 0);
    }

    [Fact]
    public void ClipGradNorm_WithoutGradients_IsZero()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0, nn.utils.clip_grad_norm_([new Parameter(ones(3))], 1));
    }

    [Fact]
    public void ClipGradNorm_OfNaN_KeepsItVisible()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Parameters();
        b.grad = tensor(new[] { float.NaN, 1f });
        Assert.True(double.IsNaN(nn.utils.clip_grad_norm_([a, b], 1)));
        Assert.True(a.grad!.isnan().all().item<bool>());
    }

    [Fact]
    public void ClipGradValue_Clamps()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Parameters();
        nn.utils.clip_grad_value_([a, b], 1.5);
        Close.To([-1.5f, -1, 0, 1, 1.5f, 1.5f], a.grad!, 0);
        Close.To([1.5f, -1.5f], b.grad!, 0);
    }

    [Fact]
    public void VectorOfParameters_GoesBothWays()
    {
        using var scope = NewDisposeScope();
        var (a, b) = Parameters();
        nn.utils.vector_to_parameters(arange(8, dtype: ScalarType.Float32), [a, b]);
        Close.To([0, 1, 2, 3, 4, 5], a, 0);
        Close.To([6, 7], b, 0);
        Close.To([0, 1, 2, 3, 4, 5, 6, 7], nn.utils.parameters_to_vector([a, b]), 0);
        Assert.Throws<ArgumentException>(() => nn.utils.vector_to_parameters(ones(7), [a, b]));
    }

    private static (Parameter, Parameter) Parameters()
    {
        var a = new Parameter(zeros(2, 3));
        var b = new Parameter(zeros(2));
        a.grad = arange(6, dtype: ScalarType.Float32).reshape(2, 3) - 2;
        b.grad = tensor(new[] { 4f, -5f });
        return (a, b);
    }
}
