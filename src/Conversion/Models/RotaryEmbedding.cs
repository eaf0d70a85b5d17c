using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

/// <summary>
/// Cosines and sines for positions, in float32 as transformers computes them. Nothing is tabulated: the angles of a forward's rows cost far less than one layer,
/// and a table would need the largest position, which on a GPU means waiting for it.
/// </summary>
internal sealed class RotaryEmbedding : IDisposable
{
    private readonly Tensor _frequencies;
    private readonly double _scale;

    public RotaryEmbedding(RotaryConfig config, int headDim, Device device, ScalarType? rounding)
    {
        using var scope = NewDisposeScope();
        var frequencies = tensor(config.InverseFrequencies(headDim), device: device); // [D/2]
        _frequencies = (rounding is { } type ? frequencies.to(type).to(float32) : frequencies).DetachFromDisposeScope();
        _scale = config.AttentionFactor;
    }

    public RotaryRows At(Tensor positions)
    {
        using var scope = NewDisposeScope();
        var half = positions.to(float32).unsqueeze(1) * _frequencies.unsqueeze(0); // [T, D/2]
        var angles = cat([half, half], 1);
        var (cos, sin) = (angles.cos(), angles.sin());
        if (_scale != 1)
        {
            (cos, sin) = (cos * _scale, sin * _scale);
        }

        return new RotaryRows(cos.MoveToOuterDisposeScope(), sin.MoveToOuterDisposeScope());
    }

    public void Dispose() => _frequencies.Dispose();
}
