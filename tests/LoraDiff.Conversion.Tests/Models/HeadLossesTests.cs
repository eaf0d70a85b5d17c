using LoraDiff.Adapters;
using LoraDiff.Conversion.Tests.Adapters;
using LoraDiff.Fixtures;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Tests.Models;

public sealed class HeadLossesTests
{
    // A bias on B over the head changes every logit, so the loss has to see it, and train it.
    [Fact]
    public void HeadLosses_UnderAHeadWithABiasOnB_AreThoseOfItsLogits()
    {
        using var scope = NewDisposeScope();
        using var model = AdapterFixture.Load(FixtureFolder.Require("models", "llama"));
        using var adapter = LoraAdapter.Attach(model, new LoraOptions { Rank = 2, LoraBias = true, Init = LoraInit.Random, TargetModules = ["lm_head"] });
        var bias = adapter.Parameters.Single(item => item.Name.EndsWith("lora_B.bias", StringComparison.Ordinal)).Value;
        using (no_grad())
        {
            bias.add_(linspace(-1, 1, bias.size(0)));
        }

        using var generator = new Generator(9, CPU);
        var hidden = randn([5, model.Config.HiddenSize], generator: generator);
        var targets = tensor(new long[] { 3, 200, 17, 0, 287 });
        var expected = nn.functional.cross_entropy(model.Head(hidden), targets, reduction: nn.Reduction.None);

        var losses = model.HeadLosses(hidden, targets);

        Assert.True(losses.allclose(expected, 1e-5, 1e-5));
        losses.sum().backward();
        Assert.True(bias.grad!.abs().sum().item<float>() > 0);
    }
}
