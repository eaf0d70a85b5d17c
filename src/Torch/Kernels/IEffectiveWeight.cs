using TorchSharp;

namespace LoraDiff.Native;

/// <summary>A linear or embedding layer whose present weight can be read, with its gradient: the plain weight, or what an adapter makes of it.</summary>
public interface IEffectiveWeight
{
    /// <summary>The weight that the layer multiplies with now: [out, in], or [rows, dim] of an embedding.</summary>
    /// <returns>A tensor that the caller (or its dispose scope) owns; an alias where nothing changes the weight.</returns>
    torch.Tensor EffectiveWeight();

    /// <summary>What the layer adds to its product now, [out], with its gradient: the plain bias, or what an adapter makes of it.</summary>
    /// <returns>A tensor that the caller (or its dispose scope) owns; null where nothing is added.</returns>
    torch.Tensor? EffectiveBias();
}
