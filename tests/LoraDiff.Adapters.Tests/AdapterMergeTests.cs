using LoraDiff.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests;

/// <summary>Merging from file to file; layers large enough to go through several slices of rows.</summary>
public sealed class AdapterMergeTests
{
    private const int Wide = 2100; // Wide² elements are more than one slice

    public static TheoryData<string> Kinds => ["plain", "dora", "bias", "embedding", "dora embedding", "rows", "copy"];

    [Theory, MemberData(nameof(Kinds))]
    public void Merge_InSlices_HasTheBitsOfMergingInMemory(string kind)
    {
        using var scope = NewDisposeScope();
        var options = new LoraOptions { Rank = 3, Init = LoraInit.Random, TargetModules = ["q"] };
        options = kind switch
        {
            "plain" => options,
            "dora" => options with { UseDora = true },
            "bias" => options with { LoraBias = true },
            "embedding" => options with { TargetModules = ["e"] },
            "dora embedding" => options with { TargetModules = ["e"], UseDora = true },
            "rows" => options with { TrainableTokens = TokenRows.In(new Dictionary<string, IReadOnlyList<long>> { ["e"] = [0, 3, 1996, 1997, 1998, Wide - 1] }) },
            _ => options with { ModulesToSave = ["e"] },
        };
        var folder = Directory.CreateTempSubdirectory("loradiff-").FullName;
        try
        {
            using var model = Model();
            using var adapter = LoraAdapter.Attach(model, options);
            using (no_grad())
            {
                foreach (var (_, value) in adapter.Parameters)
                {
                    value.mul_(1.25).add_(0.01);
                }
            }

            adapter.Save(folder);
            adapter.Merge();
            var expected = model.named_children().ToDictionary(child => child.name, child => ((IEffectiveWeight)child.module).EffectiveWeight());
            var bias = ((IEffectiveWeight)model.named_children().Single(child => child.name == "q").module).EffectiveBias()!;

            using var plain = Model();
            using var merge = AdapterMerge.Open(plain, folder);

            Assert.All(["e", "q"], name => AssertSame(expected[name], plain, merge, $"{name}.weight"));
            AssertSame(bias, plain, merge, "q.bias");
            Assert.Equal(kind is "bias", merge.Changes("q.bias"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Open_ABiasOnBOverALayerWithout_IsRefusedAtOnce()
    {
        using var scope = NewDisposeScope();
        var folder = Directory.CreateTempSubdirectory("loradiff-").FullName;
        try
        {
            using var model = nn.Sequential(("q", new FrozenLinear(Parameter(1, 4, 3))));
            using (var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, LoraBias = true, TargetModules = ["q"] }))
            {
                adapter.Save(folder);
            }

            Assert.Contains("cannot be merged", Assert.Throws<AdapterException>(() => AdapterMerge.Open(model, folder)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void EnsuredTying_OfASavedModule_ReachesTheLayerThatSharesItsTable()
    {
        using var scope = NewDisposeScope();
        var table = Parameter(2, 11, 4);
        using var model = nn.Sequential(("embed_tokens", (nn.Module<Tensor, Tensor>)new FrozenEmbedding(table)), ("q", new FrozenLinear(Parameter(3, 4, 4))), ("lm_head", new FrozenLinear(table)));
        var options = new LoraOptions { Rank = 2, TargetModules = ["q"], ModulesToSave = ["embed_tokens"], EnsureWeightTying = true };
        using var adapter = LoraAdapter.Attach(model, options);
        using (no_grad())
        {
            adapter.Parameters.Single(item => item.Name.EndsWith("embed_tokens.weight", StringComparison.Ordinal)).Value.add_(1);
        }

        Assert.All(["embed_tokens", "lm_head"], name => Assert.True(((IEffectiveWeight)model.named_children().Single(child => child.name == name).module).EffectiveWeight().allclose(table.to(float32) + 1), name));
        Assert.DoesNotContain(adapter.Warnings, warning => warning.Contains("no longer tied", StringComparison.Ordinal));
        adapter.Disable();
        Assert.All(["embed_tokens", "lm_head"], name => Assert.Same(table, model.named_children().Single(child => child.name == name).module.get_parameter("weight")));
    }

    [Fact]
    public void EnsuredTying_OfATargetedModule_IsRefused()
    {
        using var scope = NewDisposeScope();
        var table = Parameter(2, 11, 4);
        using var model = nn.Sequential(("embed_tokens", (nn.Module<Tensor, Tensor>)new FrozenEmbedding(table)), ("lm_head", new FrozenLinear(table)));

        var error = Assert.Throws<AdapterException>(() => LoraAdapter.Attach(model, new LoraOptions { Rank = 2, TargetModules = ["embed_tokens"], EnsureWeightTying = true }));

        Assert.Contains("ensure_weight_tying", error.Message, StringComparison.Ordinal);
    }

    private static nn.Module<Tensor, Tensor> Model()
        => nn.Sequential(("e", new FrozenEmbedding(Parameter(4, Wide, Wide))), ("q", new FrozenLinear(Parameter(5, Wide, Wide), Parameter(6, Wide))));

    private static Parameter Parameter(ulong seed, params long[] shape)
    {
        using var generator = new Generator(seed, CPU);
        return (Parameter)new Parameter(randn(shape, generator: generator).to(bfloat16), requires_grad: false).DetachFromDisposeScope();
    }

    private static void AssertSame(Tensor expected, nn.Module model, AdapterMerge merge, string name)
    {
        var own = model.named_parameters().Single(item => item.name == name).parameter;
        var found = zeros(own.shape, dtype: bfloat16);
        long next = 0;
        merge.Merge(name, own.shape, ScalarType.BFloat16, (first, count) => own.narrow(0, first, count), (first, slice) =>
        {
            Assert.Equal(next, first);
            next += slice.size(0);
            found.narrow(0, first, slice.size(0)).copy_(slice);
        });
        Assert.Equal(own.size(0), next);
        Assert.True(expected.to(bfloat16).Equals(found), name);
    }
}
