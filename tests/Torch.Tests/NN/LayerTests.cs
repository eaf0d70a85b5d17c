using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

public sealed class LayerTests
{
    [Fact]
    public void Linear_Fresh_HasPyTorchsBounds()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var layer = Linear(64, 32);
        Assert.Equal([32, 64], layer.weight.shape);
        Assert.Equal([32], layer.bias!.shape);
        // kaiming_uniform with a = √5 is uniform in ±1/√in, as is the bias.
        Assert.InRange(layer.weight.abs().max().item<float>(), 0.9f / 8, 1f / 8);
        Assert.InRange(layer.bias.abs().max().item<float>(), 0.5f / 8, 1f / 8);
        Assert.True(layer.weight.requires_grad);
        Assert.Equal((64, 32), (layer.in_features, layer.out_features));
        using var bare = Linear(4, 2, hasBias: false, dtype: ScalarType.Float64);
        Assert.Null(bare.bias);
        Assert.Equal(ScalarType.Float64, bare.weight.dtype);
    }

    [Fact]
    public void Linear_AroundAParameter_KeepsIt()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(arange(6, dtype: ScalarType.Float32).reshape(2, 3), requires_grad: false);
        using var layer = Linear(weight, new Parameter(ones(2)));
        Assert.Same(weight, layer.weight);
        Assert.False(layer.weight.requires_grad);
        Close.To([4, 13], layer.call(ones(1, 3)), 0);
        Assert.Throws<ArgumentException>(() => Linear(new Parameter(ones(3))));
    }

    [Fact]
    public void Linear_SettingTheWeight_ReplacesTheRegistration()
    {
        using var scope = NewDisposeScope();
        using var layer = Linear(2, 2);
        var before = layer.weight;
        var after = new Parameter(zeros(2, 2));
        layer.weight = after;
        layer.weight = after;
        layer.bias = null;
        Assert.True(before.IsInvalid);
        Assert.False(after.IsInvalid);
        Assert.Equal(["weight"], layer.named_parameters().Select(item => item.name));
        Close.To([0, 0], layer.call(ones(1, 2)), 0);
    }

    [Fact]
    public void Embedding_LooksUpRowsAndSumsTheirGradients()
    {
        using var scope = NewDisposeScope();
        using var layer = Embedding_from_pretrained(arange(6, dtype: ScalarType.Float32).reshape(3, 2), freeze: false);
        var rows = layer.call(tensor(new[] { 2L, 0L, 2L }));
        Close.To([4, 5, 0, 1, 4, 5], rows, 0);
        rows.sum().backward();
        Close.To([1, 1, 0, 0, 2, 2], layer.weight!.grad!, 0);
        Assert.Same(layer.weight, layer.weight);
    }

    [Fact]
    public void Embedding_FromPretrained_IsFrozenUnlessAsked()
    {
        using var scope = NewDisposeScope();
        using var layer = Embedding_from_pretrained(ones(3, 2));
        Assert.False(layer.weight!.requires_grad);
    }

    [Fact]
    public void Embedding_PaddingRow_IsZeroAndGetsNoGradient()
    {
        using var scope = NewDisposeScope();
        using var layer = Embedding(4, 3, padding_idx: -3);
        Assert.Equal([4, 3], layer.weight!.shape);
        Close.To([0, 0, 0], layer.weight[1], 0);
        layer.call(tensor(new[] { 0L, 1L })).sum().backward();
        Close.To([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], layer.weight.grad!, 0);
        Assert.Throws<ArgumentException>(() => Embedding(4, 3, padding_idx: 4));
    }

    [Fact]
    public void Embedding_MaxNorm_ShortensTheRowsThatAreUsed()
    {
        using var scope = NewDisposeScope();
        using var layer = Embedding_from_pretrained(full([2, 2], 3f), max_norm: 1);
        var row = layer.call(tensor(new[] { 1L }));
        Assert.Equal(1f, row.pow(2).sum().item<float>(), 1e-4f);
        Close.To([3, 3], layer.weight![0], 0);
    }

    [Fact]
    public void LayerNorm_Fresh_NormalisesOnly()
    {
        using var scope = NewDisposeScope();
        using var layer = LayerNorm(4);
        var y = layer.call(tensor(new[] { 1f, 2f, 3f, 4f }).reshape(1, 4));
        Close.To([-1.3416355f, -0.44721183f, 0.44721183f, 1.3416355f], y);
        Assert.Equal(["weight", "bias"], layer.named_parameters().Select(item => item.name));
        using var plain = LayerNorm([2, 2], elementwise_affine: false);
        Assert.Empty(plain.parameters());
        using var noBias = LayerNorm(4, bias: false);
        Assert.Single(noBias.parameters());
    }

    [Fact]
    public void Dropout_InEval_PassesThrough()
    {
        using var scope = NewDisposeScope();
        using var layer = Dropout(0.9);
        layer.eval();
        Close.To([1, 1, 1], layer.call(ones(3)), 0);
        layer.train();
        manual_seed(1);
        Assert.True(layer.call(ones(100)).eq(0).any().item<bool>());
    }

    [Fact]
    public void Activations_EqualTheirFunctions()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-2, 2, 6).reshape(2, 3);
        Assert.True(SiLU().call(x).allclose(functional.silu(x)));
        Assert.True(GELU().call(x).allclose(functional.gelu(x)));
        Assert.True(GELU(Modules.GELU.Approximate.tanh).call(x).allclose(functional.gelu(x, Modules.GELU.Approximate.tanh)));
        Assert.True(ReLU().call(x).allclose(functional.relu(x)));
        Assert.True(Softmax(1).call(x).allclose(functional.softmax(x, 1)));
        Assert.True(LogSoftmax(1).call(x).allclose(functional.log_softmax(x, 1)));
        Assert.NotSame(x, Identity().call(x));
    }

    [Fact]
    public void Losses_EqualTheirFunctions()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-2, 2, 6).reshape(2, 3);
        var target = tensor(new[] { 2L, -100L });
        Assert.True(CrossEntropyLoss().call(x, target).allclose(functional.cross_entropy(x, target)));
        Assert.True(CrossEntropyLoss(ignore_index: 2).call(x, tensor(new[] { 2L, 0L })).allclose(
            functional.cross_entropy(x, tensor(new[] { 2L, 0L }), ignore_index: 2)));
        Assert.True(MSELoss(Reduction.Sum).call(x, x + 1).allclose(tensor(6f)));
        Assert.True(NLLLoss().call(functional.log_softmax(x, 1), tensor(new[] { 2L, 0L })).allclose(
            functional.cross_entropy(x, tensor(new[] { 2L, 0L }))));
    }
}
