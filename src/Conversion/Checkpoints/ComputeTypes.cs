using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>
/// Chooses the type of activations and matrix products. Weights keep the checkpoint's dtype whatever is chosen here. A CPU without bfloat16 matrix
/// instructions multiplies bfloat16 several times slower than float32, one with them several times faster, so it is measured, once per process and device.
/// </summary>
public static class ComputeTypes
{
    /// <summary>The environment variable that overrides the measurement: <c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</summary>
    public const string Variable = "LORADIFF_COMPUTE";

    private const int Rows = 128;
    private const int Width = 1024;

    private static readonly ConcurrentDictionary<(DeviceType, int, ScalarType), Lazy<MatmulRate>> Rates = new();

    /// <summary>The type to compute in on a device, for weights of a type.</summary>
    /// <remarks>
    /// float32 and float64 weights are computed in their own type; bfloat16 weights in the faster of bfloat16 and float32; float16 weights in float16 on a GPU and
    /// in float32 on a CPU, where libtorch has no fast float16 products.
    /// </remarks>
    /// <param name="device">The device.</param>
    /// <param name="weights">The type of the weights.</param>
    /// <exception cref="ArgumentException"><c>LORADIFF_COMPUTE</c> has another value than the three.</exception>
    public static ScalarType Choose(Device device, ScalarType weights)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (FromEnvironment() is { } chosen)
        {
            return chosen;
        }

        return weights switch
        {
            ScalarType.Float16 when device.type == DeviceType.CPU => ScalarType.Float32,
            ScalarType.BFloat16 => Measure(device, ScalarType.BFloat16).GigaflopsPerSecond > Measure(device, ScalarType.Float32).GigaflopsPerSecond ? ScalarType.BFloat16 : ScalarType.Float32,
            _ => weights,
        };
    }

    /// <summary>The measured rate of [128, 1024] × [1024, 1024]ᵀ; takes about 15 ms the first time and is remembered.</summary>
    /// <param name="device">The device.</param>
    /// <param name="type">The type of both factors.</param>
    public static MatmulRate Measure(Device device, ScalarType type)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Rates.GetOrAdd((device.type, device.index, type), _ => new Lazy<MatmulRate>(() => Run(device, type))).Value;
    }

    /// <summary>Refuses a type that the device cannot multiply in.</summary>
    /// <exception cref="NotSupportedException">It cannot.</exception>
    internal static void RequireSupport(Device device, ScalarType type)
    {
        if (type is not (ScalarType.Float32 or ScalarType.Float64) && Measure(device, type).GigaflopsPerSecond == 0)
        {
            throw new NotSupportedException($"This libtorch cannot multiply {type} matrices on {device}. Choose float32 (--dtype float32, ModelLoadOptions.ComputeType, or {Variable}=fp32).");
        }
    }

    private static ScalarType? FromEnvironment() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => null,
        "fp32" => ScalarType.Float32,
        "bf16" => ScalarType.BFloat16,
        "fp16" => ScalarType.Float16,
        var other => throw new ArgumentException($"{Variable} is '{other}'; it must be fp32, bf16 or fp16."),
    };

    private static MatmulRate Run(Device device, ScalarType type)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        // Ones, not random numbers: nothing here may touch a generator that the caller seeded.
        var x = ones([Rows, Width], dtype: type, device: device);
        var w = ones([Width, Width], dtype: type, device: device);
        try
        {
            var best = double.PositiveInfinity;
            for (var run = 0; run < 4; run++)
            {
                var watch = Stopwatch.StartNew();
                using var product = nn.functional.linear(x, w);
                if (device.type != DeviceType.CPU)
                {
                    cuda.synchronize(device);
                }

                // The first run warms caches and lets the library choose its kernel.
                best = run == 0 ? best : Math.Min(best, watch.Elapsed.TotalSeconds);
            }

            return new MatmulRate(type, 2.0 * Rows * Width * Width / best / 1e9);
        }
        catch (ExternalException) // "not implemented for 'Half'" and the like
        {
            return new MatmulRate(type, 0);
        }
    }
}
