using LoraDiff.Adapters.Tests.Trees;

namespace LoraDiff.Adapters.Tests;

public sealed class SeveralAdaptersTests
{
    private static readonly LoraOptions Query = new() { Rank = 2, Init = LoraInit.Random, TargetModules = ["q_proj"] };
    private static readonly LoraOptions Both = new() { Rank = 3, Init = LoraInit.Random, TargetModules = ["q_proj", "down_proj"] };

    [Fact]
    public void SecondAdapter_WaitsForActivate()
    {
        using var model = new TinyModel();
        using var one = LoraAdapter.Attach(model, Query, "one");
        var first = Tiny.Logits(model);

        using var two = LoraAdapter.Attach(model, Both, "two", seed: 1);
        Assert.Equal(first, Tiny.Logits(model));
        Assert.All(two.Parameters, item => Assert.False(item.Value.requires_grad));

        two.Activate();
        Assert.False(one.IsActive);
        Assert.NotEqual(first, Tiny.Logits(model));
        Assert.All(one.Parameters, item => Assert.False(item.Value.requires_grad));
        Assert.All(two.Parameters, item => Assert.True(item.Value.requires_grad));

        one.Activate();
        Assert.Equal(first, Tiny.Logits(model));
        Assert.Equal(["one", "two"], LoraAdapter.On(model).Select(adapter => adapter.Name));
    }

    [Fact]
    public void TwoActiveAdapters_AddUp_MergedOrNot()
    {
        using var model = new TinyModel();
        using var one = LoraAdapter.Attach(model, Query, "one");
        using var two = LoraAdapter.Attach(model, Both, "two", seed: 1);
        two.Enable();
        var sum = Tiny.Logits(model);

        one.Merge();
        Assert.InRange(Tiny.MaxDifference(sum, Tiny.Logits(model)), 0, 1e-4);
        two.Merge();
        Assert.InRange(Tiny.MaxDifference(sum, Tiny.Logits(model)), 0, 1e-4);
        one.Unmerge();
        two.Unmerge();
        Assert.Equal(sum, Tiny.Logits(model));
    }

    [Fact]
    public void DisposingOne_LeavesTheOther()
    {
        using var model = new TinyModel();
        var baseline = Tiny.Logits(model);
        using var one = LoraAdapter.Attach(model, Query, "one");
        var two = LoraAdapter.Attach(model, Both, "two", seed: 1);
        var first = Tiny.Logits(model);

        two.Activate();
        two.Dispose();
        Assert.Equal(baseline, Tiny.Logits(model));
        one.Activate();
        Assert.Equal(first, Tiny.Logits(model));
    }

    [Fact]
    public void DoraBesideAnother_IsRefusedAndChangesNothing()
    {
        using var model = new TinyModel();
        using var one = LoraAdapter.Attach(model, Query, "one");
        using var dora = LoraAdapter.Attach(model, Query with { UseDora = true }, "dora");
        var first = Tiny.Logits(model);

        var error = Assert.Throws<AdapterException>(dora.Enable);

        Assert.Contains("'dora'", error.Message, StringComparison.Ordinal);
        Assert.False(dora.IsActive);
        Assert.Equal(first, Tiny.Logits(model));
    }

    [Fact]
    public void TwoCopiesOfOneModule_CannotBothBeActive()
    {
        using var model = new TinyModel();
        using var one = LoraAdapter.Attach(model, Query with { ModulesToSave = ["lm_head"] }, "one");
        using var two = LoraAdapter.Attach(model, Query with { ModulesToSave = ["lm_head"] }, "two");

        Assert.Throws<AdapterException>(two.Enable);
        two.Activate();

        Assert.True(two.IsActive);
    }
}
