using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace LoraDiff.Bench;

/// <summary>Times and memory of this process.</summary>
internal static class Measure
{
    /// <summary>Median seconds of several runs after one that does not count.</summary>
    public static double Median(Action run, int repeats)
    {
        run();
        var times = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return Middle(times);
    }

    /// <summary>The median; of an even number, the upper one.</summary>
    public static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>GFLOP/s of x[rows, k] · w[n, k]ᵀ, best of several: the rate that the floors are counted with.</summary>
    public static double MatmulRate(long rows, long n, long k, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(rows, k).to(type), w = randn(n, k).to(type);
        var best = double.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var start = Stopwatch.GetTimestamp();
            nn.functional.linear(x, w).Dispose();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return 2.0 * rows * n * k / best / 1e9;
    }

    /// <summary>GB/s of summing 1 GiB that is in memory.</summary>
    public static double ReadRate()
    {
        using var scope = NewDisposeScope();
        var buffer = ones(1 << 28);
        return (1 << 30) / Median(() => buffer.sum().Dispose(), 3) / 1e9;
    }

    /// <summary>Peak resident memory of this process in GiB.</summary>
    public static double PeakGiB()
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1048576.0;
    }
}
