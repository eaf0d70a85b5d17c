namespace LoraDiff.Conversion.Objectives;

/// <summary>What a micro-batch adds to the losses of its step.</summary>
/// <param name="Diffusion">Its part of the diffusion term.</param>
/// <param name="Autoregressive">Its part of the autoregressive term, weight included.</param>
/// <param name="ArSum">Σ −log p over its autoregressive targets.</param>
public readonly record struct MicroBatchResult(double Diffusion, double Autoregressive, double ArSum);
