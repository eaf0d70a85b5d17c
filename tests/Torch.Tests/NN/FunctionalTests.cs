using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

/// <summary>Values, and the gradient of Σ (i+1)·yᵢ, on a ramp from -2 to 2, against PyTorch 2.13 (References/nn_reference.py).</summary>
public sealed class FunctionalTests
{
    [Fact]
    public void Silu_EqualsPyTorch()
        => Check(
            x => functional.silu(x),
            [-0.238405839f, -0.277770281f, -0.160524935f, 0.239475057f, 0.922229767f, 1.76159406f],
            [-0.0907842517f, 0.0360037684f, 0.915624142f, 2.77916789f, 4.90999031f, 6.54470587f]);

    [Fact]
    public void Gelu_EqualsPyTorch()
        => Check(
            x => functional.gelu(x),
            [-0.0455002785f, -0.138083592f, -0.1378313f, 0.262168676f, 1.06191647f, 1.95449972f],
            [-0.0852318704f, -0.235907018f, 0.591810882f, 3.2109189f, 5.58976746f, 6.51139164f]);

    [Fact]
    public void GeluByTanh_EqualsPyTorch()
        => Check(
            x => functional.gelu(x, Modules.GELU.Approximate.tanh),
            [-0.0454022884f, -0.138297245f, -0.137838826f, 0.262161136f, 1.06170273f, 1.95459771f],
            [-0.0860992223f, -0.235452294f, 0.592023551f, 3.21063519f, 5.58863068f, 6.51659584f]);

    [Fact]
    public void Softmax_EqualsPyTorch()
        => Check(
            x => functional.softmax(x, 1),
            [0.122270718f, 0.272118479f, 0.605610847f, 0.122270711f, 0.272118479f, 0.605610788f],
            [-0.181369081f, -0.131525815f, 0.312894732f, -0.181369007f, -0.13152568f, 0.312895f]);

    [Fact]
    public void LogSoftmax_EqualsPyTorch()
        => Check(
            x => functional.log_softmax(x, -1),
            [-2.10151768f, -1.30151772f, -0.501517713f, -2.10151768f, -1.30151772f, -0.501517773f],
            [0.266375691f, 0.367289126f, -0.633665085f, 2.16593933f, 0.918222785f, -3.08416176f]);

    [Fact]
    public void LayerNorm_EqualsPyTorch()
        => Check(
            x => functional.layer_norm(x, [3], tensor(new[] { 1f, 2f, 3f }), tensor(new[] { 0.1f, 0.2f, 0.3f })),
            [-1.12473035f, 0.200000003f, 3.97419143f, -1.12473059f, 0.200000003f, 3.97419119f],
            [0.510160446f, -1.02060795f, 0.510448456f, 0.510050595f, -1.0206089f, 0.510557055f]);

    [Fact]
    public void Normalize_EqualsPyTorch()
        => Check(
            x => functional.normalize(x),
            [-0.845154226f, -0.507092535f, -0.169030845f, 0.169030845f, 0.507092535f, 0.845154226f],
            [-0.422577113f, 0.33806169f, 1.09870052f, 1.09870052f, 0.33806181f, -0.422577143f]);

    [Fact]
    public void Linear_EqualsPyTorch()
        => Check(
            x => functional.linear(x, arange(12, dtype: ScalarType.Float32).reshape(4, 3) / 10, tensor(new[] { 1f, -1f, 0.5f, 0f })),
            [0.800000012f, -2.27999997f, -1.8599999f, -3.44000006f, 1.51999998f, 0.600000024f, 3.18000007f, 3.75999999f],
            [6f, 7f, 8f, 13.2000008f, 15.8000002f, 18.4000015f]);

    [Fact]
    public void CrossEntropy_EqualsPyTorch()
        => Check(
            x => functional.cross_entropy(x, tensor(new[] { 2L, 0L })),
            [1.30151772f],
            [0.0611353591f, 0.13605924f, -0.197194576f, -0.438864648f, 0.13605924f, 0.302805394f]);

    [Fact]
    public void CrossEntropyPerElementWithIgnoredTarget_EqualsPyTorch()
        => Check(
            x => functional.cross_entropy(x, tensor(new[] { 2L, -100L }), reduction: Reduction.None),
            [0.501517713f, 0f],
            [0.122270718f, 0.272118479f, -0.394389153f, 0f, 0f, 0f]);

    [Fact]
    public void CrossEntropyWithWeightsAndSmoothing_EqualsPyTorch()
        => Check(
            x => functional.cross_entropy(x, tensor(new[] { 2L, 0L }), tensor(new[] { 1f, 2f, 3f }), label_smoothing: 0.1),
            [0.91485101f],
            [0.0803129226f, 0.18061921f, -0.260932118f, -0.199708879f, 0.0581659153f, 0.141542971f]);

    [Fact]
    public void NllLossSummed_EqualsPyTorch()
        => Check(
            x => functional.nll_loss(functional.log_softmax(x, 1), tensor(new[] { 2L, 0L }), reduction: Reduction.Sum),
            [2.60303545f],
            [0.122270718f, 0.272118479f, -0.394389153f, -0.877729297f, 0.272118479f, 0.605610788f]);

    [Fact]
    public void MseLoss_EqualsPyTorch()
        => Check(
            x => functional.mse_loss(x, zeros(2, 3)),
            [1.86666679f],
            [-0.666666687f, -0.400000036f, -0.133333325f, 0.133333325f, 0.400000036f, 0.666666687f]);

    [Fact]
    public void OneHot_MarksTheIndex()
    {
        using var scope = NewDisposeScope();
        Close.To([0, 1, 0, 1, 0, 0], functional.one_hot(tensor(new[] { 1L, 0L }), 3), 0);
        Close.To([0, 1, 1, 0], functional.one_hot(tensor(new[] { 1L, 0L })), 0);
        Assert.Throws<ArgumentException>(() => functional.one_hot(ones(2)));
    }

    [Fact]
    public void Pad_FillsAround()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 1f, 2f, 3f });
        Close.To([9, 1, 2, 3, 9, 9], functional.pad(x, (1, 2), value: 9), 0);
        Close.To([2, 1, 2, 3], functional.pad(x.reshape(1, 3), (1, 0), PaddingModes.Reflect), 0);
        Assert.Equal([4, 5], functional.pad(ones(2, 3), 1).shape);
        Assert.Equal([4, 8], functional.pad(ones(2, 3), (2, 3, 1, 1)).shape);
    }

    [Fact]
    public void Dropout_InTraining_KeepsTheMean()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = ones(10_000);
        var dropped = functional.dropout(x, 0.25);
        var zeroed = dropped.eq(0).sum().item<long>();
        Assert.InRange(zeroed, 2_300, 2_700);
        Assert.Equal(1 / 0.75f, dropped.max().item<float>(), 1e-6f);
        Assert.True(functional.dropout(x, 0.25, training: false).eq(1).all().item<bool>());
    }

    [Fact]
    public void InPlaceForms_ChangeTheirInput()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { -1f, 2f });
        Assert.NotSame(x, functional.relu(x, inplace: true));
        Close.To([0, 2], x, 0);
        functional.silu(x, inplace: true);
        Close.To([0, 1.7615942f], x, 1e-6);
        functional.gelu(x, inplace: true);
        Close.To([0, 1.69267f], x, 1e-4);
    }

    private static void Check(Func<Tensor, Tensor> function, float[] values, float[] gradient)
    {
        using var scope = NewDisposeScope();
        var x = linspace(-2, 2, 6).reshape(2, 3).requires_grad_(true);
        var y = function(x);
        Close.To(values, y, 2e-6);
        (y * arange(1, y.NumberOfElements + 1, dtype: ScalarType.Float32).reshape(y.shape)).sum().backward();
        Close.To(gradient, x.grad!, 5e-6);
    }
}
