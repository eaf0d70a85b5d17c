using LoraDiff.Adapters.Tests.Trees;
using LoraDiff.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Layers;

/// <summary>Each form's output against the formula written out with plain numbers.</summary>
public sealed class LayerMathsTests
{
    private const double Tolerance = 1e-5;
    private static readonly float[,] X = { { 1, -2, 3 }, { 0.5f, 0, -1 } };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Linear_IsBasePlusScaledLowRank(bool rslora)
    {
        var (layer, w, bias) = MakeLinear();
        using var model = nn.Sequential(("q", layer));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, Alpha = 3, UseRslora = rslora, Init = LoraInit.Random, TargetModules = ["q"] });
        var (a, b) = (Values(adapter, "lora_A.weight", 2, 3), Values(adapter, "lora_B.weight", 4, 2));
        var scaling = rslora ? 3 / Math.Sqrt(2) : 1.5;

        AssertClose(Product(X, Sum(w, Times(b, a), scaling), bias), Run(model));
    }

    [Fact]
    public void Dora_RescalesEveryRowToItsMagnitude()
    {
        var (layer, w, bias) = MakeLinear();
        using var model = nn.Sequential(("q", layer));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, Alpha = 2, UseDora = true, Init = LoraInit.Random, TargetModules = ["q"] });
        using (no_grad())
        {
            adapter.Parameters.Single(item => item.Name.EndsWith("magnitude_vector", StringComparison.Ordinal)).Value.mul_(1.5);
        }

        var (a, b) = (Values(adapter, "lora_A.weight", 2, 3), Values(adapter, "lora_B.weight", 4, 2));
        var changed = Sum(w, Times(b, a), 1);
        var magnitude = Values(adapter, "lora_magnitude_vector", 1, 4);
        var scaled = Make(4, 3, (i, j) => changed[i, j] * magnitude[0, i] / Math.Sqrt(Enumerable.Range(0, 3).Sum(k => changed[i, k] * changed[i, k])));

        AssertClose(Product(X, scaled, bias), Run(model));
    }

    [Fact]
    public void LoraBias_IsScaledLikeTheProduct()
    {
        var (layer, w, bias) = MakeLinear();
        using var model = nn.Sequential(("q", layer));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, Alpha = 6, LoraBias = true, Init = LoraInit.Random, TargetModules = ["q"] });
        var (a, b, extra) = (Values(adapter, "lora_A.weight", 2, 3), Values(adapter, "lora_B.weight", 4, 2), Values(adapter, "lora_B.bias", 1, 4));

        AssertClose(Product(X, Sum(w, Times(b, a), 3), [.. bias.Select((value, i) => value + 3 * extra[0, i])]), Run(model));
    }

    [Fact]
    public void ThreeDimensionalInput_KeepsItsShape()
    {
        var (layer, _, _) = MakeLinear();
        using var model = nn.Sequential(("q", layer));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, Init = LoraInit.Random, TargetModules = ["q"] });
        using var scope = NewDisposeScope();

        Assert.Equal([2, 5, 4], model.call(ones(2, 5, 3)).shape);
    }

    [Theory]
    [InlineData("q")]
    [InlineData("e")]
    public void EffectiveWeight_IsTheWeightThatForwardUses_WithGradient(string target)
    {
        using var scope = NewDisposeScope();
        var (layer, _, _) = MakeLinear();
        var embedding = new FrozenEmbedding(new TinyMaker(true, ScalarType.Float32, 3).Parameter(5, 3));
        using var model = nn.Sequential(("e", embedding), ("q", layer));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, Init = LoraInit.Random, TargetModules = [target] });
        var adapted = (IEffectiveWeight)model.named_children().Single(child => child.name == target).module;

        var weight = adapted.EffectiveWeight();
        weight.pow(2).sum().backward();

        Assert.All(adapter.Parameters, item => Assert.True(item.Value.grad!.abs().sum().item<float>() > 0));
        adapter.Merge();
        Assert.True(weight.allclose(adapted.EffectiveWeight()));
    }

    [Fact]
    public void TokenRows_OfATiedTable_AreSeenByTheHead()
    {
        using var scope = NewDisposeScope();
        using var model = new TinyModel(tied: true);
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, TargetModules = ["q_proj"], TrainableTokens = [7, 2] });
        var rows = adapter.Parameters.Single(item => item.Name.EndsWith("trainable_tokens_delta", StringComparison.Ordinal)).Value;
        using (no_grad())
        {
            rows.add_(1);
        }

        // The same model made with a table in which these rows were changed.
        using var changed = new TinyModel(tied: true);
        var table = changed.named_parameters().Single(item => item.name == "embed_tokens.weight").parameter;
        using (no_grad())
        {
            table.index_add_(0, tensor(new long[] { 7, 2 }), ones(2, TinyModel.Hidden), 1);
        }

        Assert.InRange(Tiny.MaxDifference(Tiny.Logits(changed), Tiny.Logits(model)), 0, Tolerance);
        Assert.Equal("base_model.model.embed_tokens.token_adapter.trainable_tokens_delta", adapter.Parameters[^1].Name);
        adapter.Merge();
        Assert.InRange(Tiny.MaxDifference(Tiny.Logits(changed), Tiny.Logits(model)), 0, Tolerance);
    }

    [Fact]
    public void Pissa_StartsAtTheLargestDirectionsAndIsWrittenAsPlainLora()
    {
        var folder = Directory.CreateTempSubdirectory("loradiff-pissa-").FullName;
        var (layer, w, _) = MakeLinear();
        using var model = nn.Sequential(("q", layer));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, Alpha = 4, Init = LoraInit.Pissa, TargetModules = ["q"] });
        var start = Times(Values(adapter, "lora_B.weight", 4, 2), Values(adapter, "lora_A.weight", 2, 3));

        adapter.Save(folder);

        var written = LoraOptions.Read(folder);
        Assert.Equal((4, 8.0, LoraInit.Default), (written.Rank, written.Alpha, written.Init));
        using var file = LoraDiff.Safetensors.SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        Assert.Equal([4, 3], file["base_model.model.q.lora_A.weight"].Shape);
        Assert.Equal([4, 4], file["base_model.model.q.lora_B.weight"].Shape);

        // Eckart-Young: of a weight with three directions, what is left after the best two is as long as the third is.
        using var values = linalg.svdvals(tensor(w));
        var rest = Sum(w, start, -2);
        Assert.Equal(values[2].item<float>(), Math.Sqrt(rest.Cast<float>().Sum(value => value * value)), 1e-4);
        Directory.Delete(folder, recursive: true);
    }

    private static (nn.Module<Tensor, Tensor> Layer, float[,] Weight, float[] Bias) MakeLinear()
    {
        var make = new TinyMaker(frozenKinds: true, ScalarType.Float32, seed: 9);
        Parameter weight = make.Parameter(4, 3), bias = make.Parameter(4);
        return (new FrozenLinear(weight, bias), Table(weight, 4, 3), bias.detach().data<float>().ToArray());
    }

    private static float[,] Run(nn.Module<Tensor, Tensor> model)
    {
        using var scope = NewDisposeScope();
        var y = model.call(tensor(X));
        return Table(y, (int)y.size(0), (int)y.size(1));
    }

    private static float[,] Values(LoraAdapter adapter, string suffix, int rows, int columns)
        => Table(adapter.Parameters.Single(item => item.Name.EndsWith(suffix, StringComparison.Ordinal)).Value, rows, columns);

    private static float[,] Table(Tensor tensor, int rows, int columns)
    {
        var flat = tensor.detach().contiguous().data<float>().ToArray();
        return Make(rows, columns, (i, j) => flat[(i * columns) + j]);
    }

    private static float[,] Make(int rows, int columns, Func<int, int, double> value)
    {
        var table = new float[rows, columns];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                table[i, j] = (float)value(i, j);
            }
        }

        return table;
    }

    private static float[,] Times(float[,] a, float[,] b)
        => Make(a.GetLength(0), b.GetLength(1), (i, j) => Enumerable.Range(0, b.GetLength(0)).Sum(k => (double)a[i, k] * b[k, j]));

    private static float[,] Sum(float[,] a, float[,] b, double factor) => Make(a.GetLength(0), a.GetLength(1), (i, j) => a[i, j] + (factor * b[i, j]));

    private static float[,] Product(float[,] x, float[,] weight, float[] bias)
        => Make(x.GetLength(0), weight.GetLength(0), (i, j) => bias[j] + Enumerable.Range(0, weight.GetLength(1)).Sum(k => (double)x[i, k] * weight[j, k]));

    private static void AssertClose(float[,] expected, float[,] found)
        => Assert.All(expected.Cast<float>().Zip(found.Cast<float>()), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
}
