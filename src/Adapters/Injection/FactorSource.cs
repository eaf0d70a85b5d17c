using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>Where an adapter's tensors come from: made fresh, or read from a file.</summary>
/// <param name="key">The tensor's name in a PEFT file.</param>
/// <param name="shape">The shape it must have.</param>
/// <param name="fresh">Makes a new one.</param>
/// <returns>A tensor that the caller owns.</returns>
internal delegate Tensor FactorSource(string key, long[] shape, Func<Tensor> fresh);
