using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

/// <summary>The rotary factors of each row of a token stream, made once per forward and used by every layer.</summary>
/// <param name="Cos">[T, head width], float32.</param>
/// <param name="Sin">[T, head width], float32.</param>
public readonly record struct RotaryRows(Tensor Cos, Tensor Sin);
