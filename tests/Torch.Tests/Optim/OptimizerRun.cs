using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Optim;

/// <summary>The five steps that References/nn_reference.py takes too.</summary>
internal static class OptimizerRun
{
    public static (Parameter First, Parameter Second) NewParameters()
        => (new Parameter(linspace(-1, 1, 6).reshape(2, 3)), new Parameter(tensor(new[] { 0.5f, -0.25f })));

    public static void Step(torch.optim.Optimizer optimizer, Parameter first, Parameter second, int step, bool secondToo = true)
    {
        using var scope = NewDisposeScope();
        first.grad = cos(arange(6, dtype: ScalarType.Float32).reshape(2, 3) + step) * 0.5;
        second.grad = secondToo ? sin(arange(2, dtype: ScalarType.Float32) + step) * 2 : null;
        optimizer.step();
    }

    public static void Check(
        Func<Parameter[], torch.optim.Optimizer> create, float[] expectedFirst, float[] expectedSecond, bool secondEveryOtherStep = false)
    {
        using var scope = NewDisposeScope();
        var (first, second) = NewParameters();
        using var optimizer = create([first, second]);
        for (var step = 0; step < 5; step++)
            Step(optimizer, first, second, step, !secondEveryOtherStep || step % 2 == 0);
        Close.To(expectedFirst, first, 2e-6);
        Close.To(expectedSecond, second, 2e-6);
    }
}
