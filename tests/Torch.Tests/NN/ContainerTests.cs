using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

public sealed class ContainerTests
{
    [Fact]
    public void ModuleList_RegistersUnderIndices()
    {
        using var list = ModuleList(Linear(1, 1, hasBias: false), Linear(2, 2, hasBias: false));
        list.Add(Linear(3, 3, hasBias: false));
        Assert.Equal(["0.weight", "1.weight", "2.weight"], list.named_parameters().Select(item => item.name));
        Assert.Equal(3, list.Count);
        Assert.Equal(3, list[2].in_features);
    }

    [Fact]
    public void ModuleList_ChangesOfTheList_ChangeTheRegistration()
    {
        using var list = ModuleList(Linear(1, 1), Linear(2, 2), Linear(3, 3));
        using var removed = list[1];
        list.RemoveAt(1);
        list.Insert(0, Linear(4, 4));
        using var replaced = list[2];
        list[2] = Linear(5, 5);
        Assert.Equal([4L, 1L, 5L], list.Select(layer => layer.in_features));
        Assert.Equal([4L, 1L, 5L], list.children().Cast<Linear>().Select(layer => layer.in_features));
        Assert.Equal(["0", "1", "2"], list.named_children().Select(item => item.name));
    }

    [Fact]
    public void ModuleList_ReplacingByName_ChangesTheList()
    {
        using var list = ModuleList<Module<Tensor, Tensor>>(Linear(1, 1), Linear(2, 2));
        using var before = list[1];
        using var after = Identity();
        list.register_module("1", null!);
        list.register_module("1", after);
        Assert.Same(after, list[1]);
    }

    [Fact]
    public void ModuleList_InAModel_CountsItsParameters()
    {
        using var model = new Stack();
        Assert.Equal(["layers.0.weight", "layers.1.weight"], model.named_parameters().Select(item => item.name));
    }

    [Fact]
    public void ModuleDict_RegistersUnderItsKeys()
    {
        using var dictionary = ModuleDict(("a", Linear(1, 1, hasBias: false)), ("b", Linear(2, 2, hasBias: false)));
        Assert.Equal(["a.weight", "b.weight"], dictionary.named_parameters().Select(item => item.name));
        Assert.Equal(2, dictionary["b"].in_features);
        Assert.True(dictionary.ContainsKey("a"));
        using var removed = dictionary["a"];
        Assert.True(dictionary.Remove("a"));
        Assert.Equal(["b.weight"], dictionary.named_parameters().Select(item => item.name));
        Assert.Throws<InvalidOperationException>(() => dictionary.Add("b", removed));
    }

    [Fact]
    public void ParameterListAndDict_RegisterTheirParameters()
    {
        using var list = ParameterList(new Parameter(ones(1)), new Parameter(ones(2)));
        Assert.Equal(["0", "1"], list.named_parameters().Select(item => item.name));
        using var removed = list[0];
        list.RemoveAt(0);
        Assert.Equal([2L], list.parameters().Select(parameter => parameter.NumberOfElements));
        Assert.Equal(0, list.IndexOf(list[0]));

        using var dictionary = ParameterDict(("x", new Parameter(ones(1))), ("y", new Parameter(ones(2))));
        Assert.Equal(["x", "y"], dictionary.named_parameters().Select(item => item.name));
        Assert.True(dictionary.has_parameter("y"));
        Assert.Same(dictionary["y"], dictionary.get_parameter("y"));
    }

    [Fact]
    public void Sequential_RunsInOrderAndNamesByIndexOrName()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("up", Linear(1, 2)), ("act", ReLU()), ("down", Linear(2, 1)));
        Assert.Equal(["up.weight", "up.bias", "down.weight", "down.bias"], model.named_parameters().Select(item => item.name));
        var x = ones(3, 1);
        var expected = ((Linear)model[2]).call(functional.relu(((Linear)model[0]).call(x)));
        Assert.True(model.call(x).allclose(expected));
        Assert.True(model[0..2].call(x).allclose(functional.relu(((Linear)model[0]).call(x))));

        using var unnamed = Sequential(Linear(1, 2, hasBias: false)).append(Linear(2, 3, hasBias: false));
        Assert.Equal(["0.weight", "1.weight"], unnamed.named_parameters().Select(item => item.name));
        Assert.Equal(2, unnamed.Count);
    }

    [Fact]
    public void Sequential_ReplacingAModuleInTheMiddle_KeepsTheOrder()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(Linear(1, 2), Linear(2, 3), Linear(3, 1));
        using var before = (Linear)model[1];
        model.register_module("1", null!);
        model.register_module("1", Linear(2, 3));
        Assert.Equal(["0", "1", "2"], model.named_children().Select(item => item.name));
        Assert.Equal([4, 1], model.call(ones(4, 1)).shape);
    }

    [Fact]
    public void Sequential_WithoutModules_ReturnsAnAliasOfItsInput()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential();
        var x = ones(2);
        var y = model.call(x);
        Assert.NotSame(x, y);
        Close.To([1, 1], y, 0);
    }

    [Fact]
    public void ParameterLessModule_RefusesRegistration()
    {
        using var scope = NewDisposeScope();
        using var module = SiLU();
        Assert.Throws<InvalidOperationException>(() => module.register_parameter("p", new Parameter(ones(1))));
        Assert.Same(module, module.to(ScalarType.Float64));
    }

    private sealed class Stack : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> layers = ModuleList(Linear(2, 2, hasBias: false), Linear(2, 2, hasBias: false));

        public Stack()
            : base(nameof(Stack))
            => RegisterComponents();

        public override Tensor forward(Tensor input) => layers.Aggregate(input, (x, layer) => layer.call(x));
    }
}
