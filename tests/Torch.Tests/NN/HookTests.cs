using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests.NN;

public sealed class HookTests
{
    [Fact]
    public void Call_RunsHooksAroundForwardInOrder()
    {
        using var scope = NewDisposeScope();
        using var module = Identity();
        List<string> order = [];
        module.register_forward_pre_hook(_ => order.Add("module before"));
        module.register_forward_pre_hook((_, input) =>
        {
            order.Add("before");
            return input * 2;
        });
        module.register_forward_hook((_, input, output) =>
        {
            order.Add("after");
            Assert.Equal(2f, input.item<float>());
            return output + 1;
        });
        module.register_forward_hook(_ => order.Add("module after"));
        Assert.Equal(3f, module.call(ones(1)).item<float>());
        Assert.Equal(["module before", "before", "after", "module after"], order);
        Assert.Equal(1f, module.forward(ones(1)).item<float>());
    }

    [Fact]
    public void Remove_TakesOffOneHookOnly()
    {
        using var scope = NewDisposeScope();
        using var module = Identity();
        var first = module.register_forward_hook((_, _, output) => output + 1);
        var second = module.register_forward_hook((_, _, output) => output * 10);
        Assert.Equal(20f, module.call(ones(1)).item<float>());
        first.remove();
        first.remove();
        Assert.Equal(10f, module.call(ones(1)).item<float>());
        second.remove();
        Assert.Equal(1f, module.call(ones(1)).item<float>());
    }

    [Fact]
    public void SameHook_RegisteredTwice_IsRemovedOnce()
    {
        using var scope = NewDisposeScope();
        using var module = Identity();
        Func<Module<Tensor, Tensor>, Tensor, Tensor, Tensor> hook = (_, _, output) => output + 1;
        var first = module.register_forward_hook(hook);
        module.register_forward_hook(hook);
        Assert.Equal(3f, module.call(ones(1)).item<float>());
        first.remove();
        first.remove();
        Assert.Equal(2f, module.call(ones(1)).item<float>());
    }

    [Fact]
    public void Hook_OnTwoInputs_MayReplaceBoth()
    {
        using var scope = NewDisposeScope();
        using var module = new Difference();
        module.register_forward_pre_hook((_, a, b) => (b, a));
        Assert.Equal(-2f, module.call(full(1, 3f), full(1, 1f)).item<float>());
    }

    private sealed class Difference : Module<Tensor, Tensor, Tensor>
    {
        public Difference()
            : base(nameof(Difference))
        {
        }

        public override Tensor forward(Tensor input1, Tensor input2) => input1 - input2;
    }
}
