using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

public sealed class ModuleStateTests
{
    [Fact]
    public void StateDict_HoldsTheLiveTensorsByName()
    {
        using var model = new ModuleTests.Outer();
        var state = model.state_dict();
        Assert.Equal(["scale", "inner.weight", "inner.bias", "k_proj.weight", "table"], state.Keys);
        Assert.Same(model.Inner.weight, state["inner.weight"]);
        Assert.Contains("net.inner.bias", model.state_dict(prefix: "net").Keys);
    }

    [Fact]
    public void LoadStateDict_CopiesValuesIntoTheSameParameters()
    {
        using var scope = NewDisposeScope();
        using var source = new ModuleTests.Outer();
        using var target = new ModuleTests.Outer();
        var weight = target.Inner.weight;
        var (missing, unexpected) = target.load_state_dict(source.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.Same(weight, target.Inner.weight);
        Assert.True(weight.allclose(source.Inner.weight));
        Assert.True(weight.requires_grad);
    }

    [Fact]
    public void LoadStateDict_OfAnotherModelsState_NamesWhatDiffers()
    {
        using var scope = NewDisposeScope();
        using var model = new ModuleTests.Outer();
        var state = new Dictionary<string, Tensor> { ["scale"] = full(1, 7f), ["stranger"] = ones(1) };
        var error = Assert.Throws<InvalidOperationException>(() => model.load_state_dict(state));
        Assert.Contains("stranger", error.Message, StringComparison.Ordinal);
        Assert.Contains("k_proj.weight", error.Message, StringComparison.Ordinal);

        var (missing, unexpected) = model.load_state_dict(state, strict: false, skip: ["table"]);
        Assert.Equal(["stranger"], unexpected);
        Assert.Equal(["inner.weight", "inner.bias", "k_proj.weight"], missing);
        Assert.Equal(7f, model.get_parameter("scale")!.item<float>());
    }

    [Fact]
    public void SaveThenLoad_GivesTheSameTensors()
    {
        using var scope = NewDisposeScope();
        using var source = Sequential(Linear(3, 4), Linear(4, 2, hasBias: false)).bfloat16();
        using var target = Sequential(Linear(3, 4), Linear(4, 2, hasBias: false)).bfloat16();
        using var stream = new MemoryStream();
        source.save(new BinaryWriter(stream));
        stream.Position = 0;
        Dictionary<string, bool> loaded = [];
        target.load(new BinaryReader(stream), loadedParameters: loaded);
        Assert.Equal(["0.weight", "0.bias", "1.weight"], loaded.Keys);
        foreach (var (name, value) in source.state_dict())
            Assert.True(value.equal(target.state_dict()[name]).all().item<bool>());
    }

    [Fact]
    public void Load_OfAnotherShape_NamesTheTensorAndBothShapes()
    {
        using var scope = NewDisposeScope();
        using var source = Linear(3, 4, hasBias: false);
        using var target = Linear(3, 5, hasBias: false);
        using var stream = new MemoryStream();
        source.save(new BinaryWriter(stream));
        stream.Position = 0;
        var error = Assert.Throws<ArgumentException>(() => target.load(new BinaryReader(stream)));
        Assert.Contains("'weight'", error.Message, StringComparison.Ordinal);
        Assert.Contains("[4, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[5, 3]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NotStrict_SkipsStrangers()
    {
        using var scope = NewDisposeScope();
        using var source = new ModuleTests.Outer();
        using var target = new Only { };
        using var stream = new MemoryStream();
        using (no_grad())
            source.get_parameter("scale")!.fill_(3);
        source.save(new BinaryWriter(stream));
        stream.Position = 0;
        target.load(new BinaryReader(stream), strict: false);
        Assert.Equal(3f, target.scale.item<float>());
    }

    private sealed class Only : Module
    {
        internal readonly Parameter scale = new(ones(1));

        public Only()
            : base(nameof(Only))
            => RegisterComponents();
    }
}
