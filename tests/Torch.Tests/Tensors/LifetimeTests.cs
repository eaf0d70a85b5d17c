using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Tensors;

public class LifetimeTests
{
    [Fact]
    public void Finalizers_UnderGarbagePressure_NeverFreeATensorInUse()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        var sum = 0.0;
        for (var i = 0; i < 3000; i++)
        {
            // No scope, no variable: each temporary is garbage while the operator that reads it runs.
            sum += cat([full(64, 1.0).mul(full(64, 2.0)).add(full(64, 3.0)), full(64, 1.0)]).sum().ToDouble();
        }
        stop.Cancel();
        collector.Join();

        Assert.Equal(3000 * 64 * 6.0, sum);
    }

    [Fact]
    public void Scopes_OnSeveralThreads_DoNotDisturbEachOther()
    {
        var threads = Enumerable.Range(0, 4).Select(n => new Thread(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                using var scope = NewDisposeScope();
                var x = full(16, (double)n);
                var y = (x + x) * 2;
                if (y.sum().ToDouble() != 64.0 * n)
                {
                    throw new InvalidOperationException("A thread read another's numbers.");
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
    }

    [Fact]
    public void TrainingLikeSteps_TenThousand_LeaveTensorsAndMemoryFlat()
    {
        using var weight = randn(32, 32, requires_grad: true);
        using var input = randn(8, 32);
        Steps(weight, input, 1000);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var tensors = Tensor.TotalCount;
        var memory = ResidentBytes();

        Steps(weight, input, 10_000);

        Assert.Equal(tensors, Tensor.TotalCount);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var growth = ResidentBytes() - memory;
        Assert.True(growth < 24 << 20, $"Resident memory grew by {growth >> 20} MiB over 10,000 steps.");
    }

    private static void Steps(Tensor weight, Tensor input, int count)
    {
        for (var i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            var loss = input.matmul(weight).silu().pow(2).mean();
            loss.backward();
            using (no_grad())
            {
                weight.add_(weight.grad!, -0.01);
            }
            weight.grad = null;
        }
    }

    private static long ResidentBytes()
    {
        if (!OperatingSystem.IsLinux())
        {
            return Environment.WorkingSet;
        }
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
