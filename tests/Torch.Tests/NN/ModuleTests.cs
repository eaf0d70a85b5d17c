using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

public sealed class ModuleTests
{
    [Fact]
    public void Registration_OfFields_UsesFieldNamesOrTheAttribute()
    {
        using var model = new Outer();
        Assert.Equal(
            ["scale", "inner.weight", "inner.bias", "k_proj.weight"],
            model.named_parameters().Select(item => item.name));
        Assert.Equal(["table"], model.named_buffers().Select(item => item.name));
        Assert.Equal(["inner", "k_proj"], model.named_children().Select(item => item.name));
        Assert.Equal("Outer", model.GetName());
    }

    [Fact]
    public void Registration_OfABaseClassesPrivateFields_Happens()
    {
        using var model = new Derived();
        Assert.Equal(["second.weight", "first.weight"], model.named_parameters().Select(item => item.name));
    }

    [Fact]
    public void NamedModules_ListsChildrenBeforeGrandchildrenWithoutItself()
    {
        using var model = new Holder(new Outer(), Linear(2, 2));
        Assert.Equal(["first", "second", "first.inner", "first.k_proj"], model.named_modules().Select(item => item.name));
        Assert.Equal(4, model.modules().Count());
        Assert.Equal(2, model.children().Count());
    }

    [Fact]
    public void TiedParameter_IsListedOnceAndKeptUnderBothNamesInTheState()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(ones(3, 2));
        using var model = new Holder(Linear(shared), Linear(shared));
        Assert.Equal(["first.weight"], model.named_parameters().Select(item => item.name));
        Assert.Single(model.parameters());
        Assert.Equal(["first.weight", "second.weight"], model.state_dict().Keys.Order());

        model.to(ScalarType.Float64);
        Assert.Single(model.parameters());
        Assert.Same(((Linear)model.first).weight, ((Linear)model.second).weight);
        Assert.Equal(ScalarType.Float64, shared.dtype);
    }

    [Fact]
    public void ReplacingAChild_TakesNullThenTheNewOne()
    {
        using var model = new Holder(Linear(2, 3, hasBias: false), Linear(3, 2, hasBias: false));
        Assert.Throws<InvalidOperationException>(() => model.register_module("first", Linear(2, 2)));

        using var before = model.first;
        using var after = Linear(2, 5);
        model.register_module("first", null!);
        Assert.Equal(["second"], model.named_children().Select(item => item.name));
        model.register_module("first", after);
        Assert.Equal(["first.weight", "first.bias", "second.weight"], model.named_parameters().Select(item => item.name));
    }

    [Fact]
    public void Registration_OfBadNames_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var model = new Outer();
        using var child = Linear(1, 1);
        Assert.Throws<ArgumentException>(() => model.register_module("a.b", child));
        Assert.Throws<ArgumentException>(() => model.register_module("", child));
        Assert.Throws<ArgumentNullException>(() => model.register_parameter("p", null!));
        Assert.Throws<ArgumentNullException>(() => model.register_buffer("b", null!));
        Assert.Throws<InvalidOperationException>(() => model.register_parameter("scale", new Parameter(ones(1))));
        Assert.Throws<InvalidOperationException>(() => model.register_buffer("table", ones(1)));
    }

    [Fact]
    public void Lookup_ByDottedName_FindsParametersAndBuffers()
    {
        using var model = new Holder(new Outer(), Linear(2, 2));
        Assert.True(model.has_parameter("first.inner.weight"));
        Assert.False(model.has_parameter("first.inner.table"));
        Assert.False(model.has_parameter("nowhere.weight"));
        Assert.True(model.has_buffer("first.table"));
        Assert.Same(((Outer)model.first).Inner.weight, model.get_parameter("first.inner.weight"));
        Assert.Null(model.get_parameter("first.inner"));
        Assert.NotNull(model.get_buffer("first.table"));
    }

    [Fact]
    public void NonPersistentBuffer_IsListedButNotSaved()
    {
        using var scope = NewDisposeScope();
        using var model = new Outer();
        model.register_buffer("cache", ones(2), persistent: false);
        Assert.Equal(["table", "cache"], model.named_buffers().Select(item => item.name));
        Assert.Equal(["table"], model.named_buffers(include_nonpersistent: false).Select(item => item.name));
        Assert.DoesNotContain("cache", model.state_dict().Keys);
        Assert.Contains("table", model.state_dict().Keys);

        model.to(ScalarType.Float64);
        Assert.Equal(ScalarType.Float64, model.get_buffer("cache")!.dtype);
    }

    [Fact]
    public void TrainAndEval_ReachEveryModule()
    {
        using var model = new Holder(Sequential(Dropout(0.5), ModuleBox(Dropout(0.5))), Linear(1, 1));
        Assert.All(model.modules(), module => Assert.True(module.training));
        model.eval();
        Assert.False(model.training);
        Assert.All(model.modules(), module => Assert.False(module.training));
        model.train();
        Assert.All(model.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void Apply_VisitsChildrenFirst()
    {
        using var model = new Holder(new Outer(), Linear(2, 2));
        List<string> names = [];
        Assert.Same(model, model.apply(module => names.Add(module.GetName())));
        Assert.Equal(["Linear", "Linear", "Outer", "Linear", "Holder"], names);
    }

    [Fact]
    public void ZeroGrad_FreesOrFills()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(2, 2);
        model.call(ones(1, 2)).sum().backward();
        model.zero_grad(set_to_none: false);
        Close.To([0, 0, 0, 0], model.weight.grad!, 0);
        model.zero_grad();
        Assert.Null(model.weight.grad);
    }

    [Fact]
    public void To_KeepsObjectsGradientsAndIntegerBuffers()
    {
        using var scope = NewDisposeScope();
        using var model = new Outer();
        model.register_buffer("count", tensor(new[] { 1L }));
        var weight = model.Inner.weight;
        model.call(ones(1, 3)).sum().backward();

        Assert.Same(model, model.to(ScalarType.Float64));

        Assert.Same(weight, model.Inner.weight);
        Assert.All(model.parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.dtype));
        Assert.All(model.parameters(), parameter => Assert.True(parameter is { requires_grad: true, is_leaf: true }));
        Assert.Equal(ScalarType.Float64, weight.grad!.dtype);
        Assert.Equal(ScalarType.Float64, model.get_buffer("table")!.dtype);
        Assert.Equal(ScalarType.Int64, model.get_buffer("count")!.dtype);

        model.zero_grad();
        model.call(ones(1, 3, dtype: ScalarType.Float64)).sum().backward();
        Assert.Equal(ScalarType.Float64, weight.grad!.dtype);
        Assert.Throws<ArgumentException>(() => model.to(ScalarType.Int32));
    }

    [Fact]
    public void To_OfAFrozenParameter_LeavesItFrozen()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(new Parameter(ones(2, 2), requires_grad: false));
        model.bfloat16();
        Assert.False(model.weight.requires_grad);
        Assert.Equal(ScalarType.BFloat16, model.weight.dtype);
        model.to(CPU).@float();
        Assert.Equal(ScalarType.Float32, model.weight.dtype);
    }

    [Fact]
    public void To_AfterTheOptimizerWasMade_GoesOnTraining()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(2, 1, hasBias: false);
        using var optimizer = optim.SGD(model.parameters(), 0.5);
        model.to(ScalarType.Float64);
        var before = model.weight.detach().clone();
        model.call(ones(1, 2, dtype: ScalarType.Float64)).sum().backward();
        optimizer.step();
        Assert.True(model.weight.allclose(before - 0.5));
    }

    [Fact]
    public void Parameter_EmptiesItsTensorAndTakesItsPlaceInTheScope()
    {
        Parameter parameter;
        using (NewDisposeScope())
        {
            var source = ones(2);
            parameter = new Parameter(source);
            Assert.True(source.IsInvalid);
            Assert.True(parameter.requires_grad);
            Assert.False(new Parameter(ones(2), requires_grad: false).requires_grad);
        }
        Assert.True(parameter.IsInvalid);
    }

    [Fact]
    public void Parameter_TakingATensorsHandle_CountsAsOneTensor()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        using (new Parameter(ones(2)))
            Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void BuiltInLayer_MadeInAScope_OutlivesIt()
    {
        Linear layer;
        using (NewDisposeScope())
            layer = Linear(2, 3);
        Assert.False(layer.weight.IsInvalid);
        Assert.False(layer.bias!.IsInvalid);
        layer.Dispose();
    }

    [Fact]
    public void Dispose_FreesTheWholeTree()
    {
        var model = new Outer();
        var (weight, scale) = (model.Inner.weight, model.get_parameter("scale")!);
        model.Dispose();
        model.Dispose();
        Assert.True(weight.IsInvalid);
        Assert.True(scale.IsInvalid);
        Assert.Empty(model.parameters());
    }

    internal static Module<Tensor, Tensor> ModuleBox(Module<Tensor, Tensor> inner) => new Box(inner);

    internal sealed class Outer : Module<Tensor, Tensor>
    {
        private readonly Parameter scale = new(ones(1));
        private readonly Linear inner = Linear(3, 2);
        private readonly Tensor table = arange(3, dtype: ScalarType.Float32);

        [ComponentName(Name = "k_proj")]
        private readonly Linear _keys = Linear(2, 2, hasBias: false);

        public Outer()
            : base(nameof(Outer))
            => RegisterComponents();

        public Linear Inner => inner;

        public override Tensor forward(Tensor input) => _keys.call(inner.call(input + table)) * scale;
    }

    internal sealed class Holder : Module<Tensor, Tensor>
    {
        internal readonly Module<Tensor, Tensor> first;
        internal readonly Module<Tensor, Tensor> second;

        public Holder(Module<Tensor, Tensor> first, Module<Tensor, Tensor> second)
            : base(nameof(Holder))
        {
            this.first = first;
            this.second = second;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => second.call(first.call(input));
    }

    private class Base : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(2, 2, hasBias: false);

        public Base(string name)
            : base(name)
        {
        }

        public override Tensor forward(Tensor input) => first.call(input);
    }

    private sealed class Derived : Base
    {
        private readonly Linear second = Linear(2, 2, hasBias: false);

        public Derived()
            : base(nameof(Derived))
            => RegisterComponents();

        public override Tensor forward(Tensor input) => second.call(base.forward(input));
    }

    private sealed class Box : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> inner;

        public Box(Module<Tensor, Tensor> inner)
            : base(nameof(Box))
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => inner.call(input);
    }
}
