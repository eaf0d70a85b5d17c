using LoraDiff.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Layers;

/// <summary>What is known about the model's own layers.</summary>
internal static class LayerKinds
{
    public const string Supported = "TorchSharp.Modules.Linear, TorchSharp.Modules.Embedding, LoraDiff.Native.FrozenLinear, LoraDiff.Native.FrozenEmbedding";

    public static LayerKind? Of(nn.Module module) => module switch
    {
        Linear or FrozenLinear => LayerKind.Linear,
        Embedding or FrozenEmbedding => LayerKind.Embedding,
        _ => null,
    };

    /// <summary>The type that trained copies of a module's parameters have: float32 wherever the module can mix types. TorchSharp's own layers cannot.</summary>
    public static ScalarType TrainedType(nn.Module module, ScalarType type)
        => module.GetType().Assembly == typeof(Linear).Assembly ? type : ScalarType.Float32;

    /// <summary>Whether a layer may answer in float32 over a half-precision weight: then nothing of a float32 adapter is lost.</summary>
    public static bool MayWiden(nn.Module module) => module is FrozenLinear or FrozenEmbedding;
}
