using LoraDiff.Adapters.Tests.Trees;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Tests.Injection;

/// <summary>An adapted layer is found and exchanged wherever its parent holds it.</summary>
public sealed class TreeSurgeryTests
{
    private static readonly LoraOptions Everything = new() { Rank = 1, Init = LoraInit.Random, TargetModules = "all-linear" };

    [Fact]
    public void Attach_InSequential_KeepsOrderAndNames()
    {
        using var model = nn.Sequential(("a", nn.Linear(3, 3)), ("b", nn.ReLU()), ("c", nn.Linear(3, 3)));

        AssertAdapted(model, () => model.call(ones(2, 3)), "a", "b", "c");
    }

    [Fact]
    public void Attach_InModuleList_ReachesTheList()
    {
        using var model = new ListModel();

        AssertAdapted(model, () => model.call(ones(2, 3)), "layers");
    }

    [Fact]
    public void Attach_InArrayListDictionaryAndTuples_ReachesAll()
    {
        using var model = new HolderModel();

        AssertAdapted(model, () => model.call(ones(2, 3)), "array", "listed", "mapped", "paired");
    }

    [Fact]
    public void Attach_WhereAFieldsTypeCannotHoldIt_NamesTheFieldAndChangesNothing()
    {
        using var model = new TooNarrowModel();

        var error = Assert.Throws<AdapterException>(() => LoraAdapter.Attach(model, Everything));

        Assert.Contains("TooNarrowModel._narrow", error.Message, StringComparison.Ordinal);
        Assert.Contains("nn.Module<Tensor, Tensor>", error.Message, StringComparison.Ordinal);
        Assert.All(model.named_children(), child => Assert.IsType<Linear>(child.module));
    }

    private static void AssertAdapted(nn.Module model, Func<Tensor> run, params string[] names)
    {
        using var scope = NewDisposeScope();
        var baseline = run();
        using (var adapter = LoraAdapter.Attach(model, Everything))
        {
            Assert.False(baseline.allclose(run()));
            Assert.Equal(names, model.named_children().Select(child => child.name));
            using (adapter.Disabled())
            {
                Assert.True(baseline.equal(run()).all().item<bool>());
            }
        }

        Assert.Equal(names, model.named_children().Select(child => child.name));
        Assert.True(baseline.equal(run()).all().item<bool>());
        Assert.DoesNotContain(model.named_modules(), item => item.module is LoraDiff.Adapters.Layers.AdaptedLayer);
    }

    private sealed class ListModel : nn.Module<Tensor, Tensor>
    {
        private readonly ModuleList<nn.Module<Tensor, Tensor>> layers = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(3, 3), nn.Linear(3, 3));

        public ListModel()
            : base(nameof(ListModel))
            => RegisterComponents();

        public override Tensor forward(Tensor x) => layers.Aggregate(x, (value, layer) => layer.call(value));
    }

    private sealed class HolderModel : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor>[] _array = [nn.Linear(3, 3)];
        private readonly List<nn.Module> _list = [nn.Linear(3, 3)];
        private readonly Dictionary<string, nn.Module<Tensor, Tensor>> _map = new() { ["x"] = nn.Linear(3, 3) };
        private readonly List<(string Name, nn.Module<Tensor, Tensor> Layer)> _pairs = [("x", nn.Linear(3, 3))];

        public HolderModel()
            : base(nameof(HolderModel))
        {
            register_module("array", _array[0]);
            register_module("listed", _list[0]);
            register_module("mapped", _map["x"]);
            register_module("paired", _pairs[0].Layer);
        }

        public override Tensor forward(Tensor x)
            => _pairs[0].Layer.call(_map["x"].call(((nn.Module<Tensor, Tensor>)_list[0]).call(_array[0].call(x))));
    }

    private sealed class TooNarrowModel : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _wide = nn.Linear(3, 3);
        private readonly Linear _narrow = nn.Linear(3, 3);

        public TooNarrowModel()
            : base(nameof(TooNarrowModel))
            => RegisterComponents();

        public override Tensor forward(Tensor x) => _narrow.call(_wide.call(x));
    }
}
