using System.Reflection;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Dispatch;

public class OpTests
{
    public static TheoryData<string> Names => new(typeof(Ops).GetFields(BindingFlags.Static | BindingFlags.NonPublic).Select(entry => entry.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Op_OfTheTable_IsKnownToThisLibtorch(string field)
    {
        var op = (Op)typeof(Ops).GetField(field, BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;

        Assert.True(op.Exists);
    }

    [Fact]
    public void Call_UnknownOperator_ThrowsWithItsName()
    {
        var error = Assert.Throws<ExternalException>(() => Op.Of("aten::no_such_thing").Call());

        Assert.Contains("aten::no_such_thing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_BadShapes_ThrowsLibtorchsMessageWithoutItsStack()
    {
        using var scope = NewDisposeScope();

        var error = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(2, 3)));

        Assert.Contains("2x3 and 2x3", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_TooManyArguments_Throws()
    {
        using var scope = NewDisposeScope();
        var x = ones(1);

        Assert.Throws<ExternalException>(() => Op.Of("aten::abs").Tensor(x, x, x));
    }

    [Fact]
    public void Call_WrongArgumentType_Throws()
    {
        Assert.Throws<ExternalException>(() => Op.Of("aten::abs").Tensor("text"));
    }

    [Fact]
    public void Call_MissingArgument_ThrowsWithItsName()
    {
        var error = Assert.Throws<ExternalException>(() => Op.Of("aten::abs").Tensor());

        Assert.Contains("self", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Call_NullTensor_Throws()
    {
        using var x = ones(1);

        Assert.Throws<ExternalException>(() => x.add((Tensor)null!));
    }

    [Fact]
    public void Call_DisposedTensor_Throws()
    {
        using var x = ones(1);
        var y = ones(1);
        y.Dispose();

        Assert.Throws<InvalidOperationException>(() => x.add(y));
    }

    [Fact]
    public void Call_TooFewResultsExpected_Throws()
    {
        using var x = ones(3);

        Assert.Throws<ExternalException>(() => Op.Of("aten::max", "dim").Tensor(x, 0));
    }

    [Fact]
    public void Call_LongLists_ArePassedWhole()
    {
        using var scope = NewDisposeScope();
        var parts = Enumerable.Range(0, 300).Select(i => tensor((long)i)).ToArray();

        var all = stack(parts);

        Assert.Equal(Enumerable.Range(0, 300).Select(i => (long)i), all.data<long>().ToArray());
    }
}
