using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Jit;

public sealed class CompilationUnitTests : IDisposable
{
    private const string Source = """
        def scaled(x, factor: float):
          return torch.relu(x * factor)
        def shifted(x: Tensor, n: int) -> Tensor:
          return x + n
        def both(a: int, b: int) -> Tuple[int, int]:
          return (a + b, a - b)
        def parts(x: Tensor) -> List[Tensor]:
          return torch.unbind(x)
        def joined(xs: List[Tensor]) -> Tensor:
          return torch.cat(xs)
        def mixed(x: Tensor, flag: bool):
          return (x, flag, None)
        def fails(x: Tensor) -> Tensor:
          return torch.matmul(x, x)
        """;

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly jit.CompilationUnit _unit = jit.compile(Source);

    public void Dispose()
    {
        _unit.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Invoke_TensorsAndNumbers()
    {
        var x = tensor(new[] { -1f, 2f });

        Assert.Equal([0f, 6f], _unit.invoke<Tensor>("scaled", x, 3.0).data<float>().ToArray());
        Assert.Equal([0f, 3f], ((Tensor)_unit.invoke("shifted", x, 1)!).data<float>().ToArray());
        var (sum, difference) = _unit.invoke<(Scalar, Scalar)>("both", 3, 1);
        Assert.Equal(4, sum.ToInt32());
        Assert.Equal(2, difference.ToInt32());
    }

    [Fact]
    public void Invoke_Lists()
    {
        Assert.Equal(2, _unit.invoke<Tensor[]>("parts", ones(2, 3)).Length);
        Assert.Equal([4L], _unit.invoke<Tensor>("joined", (object)new[] { ones(1), ones(3) }).shape);
        var mixed = (object?[])_unit.invoke("mixed", ones(1), true)!;
        Assert.IsType<Tensor>(mixed[0], exactMatch: false);
        Assert.True(((Scalar)mixed[1]!).ToBoolean());
        Assert.Null(mixed[2]);
    }

    [Fact]
    public void Invoke_Gradients_FlowThrough()
    {
        var x = tensor(new[] { -1f, 2f }, requires_grad: true);
        for (var i = 0; i < 4; i++)
        {
            x.grad = null;
            _unit.invoke<Tensor>("scaled", x, 3.0).sum().backward();
            Assert.Equal([0f, 3f], x.grad!.data<float>().ToArray());
        }
    }

    [Fact]
    public void Invoke_Errors_AreExceptions()
    {
        Assert.Throws<ExternalException>(() => _unit.invoke("nothing", ones(1)));
        Assert.Throws<ExternalException>(() => _unit.invoke("fails", ones(2, 3)));
        Assert.Throws<ExternalException>(() => _unit.invoke("shifted", ones(1)));
        Assert.Throws<NotSupportedException>(() => _unit.invoke("shifted", ones(1), "text"));
        Assert.Throws<ExternalException>(() => jit.compile("def broken(:"));
    }
}
