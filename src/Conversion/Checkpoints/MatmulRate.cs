using static TorchSharp.torch;

namespace LoraDiff.Conversion.Checkpoints;

/// <summary>How fast a device multiplies matrices of one type.</summary>
/// <param name="Type">The type of both factors.</param>
/// <param name="GigaflopsPerSecond">10⁹ multiplications and additions per second, the best of a few runs; 0 where the type is not supported.</param>
public readonly record struct MatmulRate(ScalarType Type, double GigaflopsPerSecond);
