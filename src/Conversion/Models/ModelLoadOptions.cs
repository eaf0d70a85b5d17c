using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

/// <summary>Where and how a checkpoint's model is to run.</summary>
public sealed record ModelLoadOptions
{
    /// <summary>The device. Default: the CPU.</summary>
    public Device? Device { get; init; }

    /// <summary>The type of activations and matrix products; null chooses by <see cref="Checkpoints.ComputeTypes.Choose"/>.</summary>
    public ScalarType? ComputeType { get; init; }

    /// <summary>The type that weights are kept in; null keeps each in the checkpoint's own.</summary>
    public ScalarType? WeightType { get; init; }

    /// <summary>
    /// The type that rotary frequencies are rounded to before use; null leaves them in float32, as transformers' <c>from_pretrained</c> does whatever the weights' dtype.
    /// Code that casts a whole module (<c>model.to(torch.bfloat16)</c>) rounds them; set this for a checkpoint that was trained so.
    /// </summary>
    public ScalarType? RotaryType { get; init; }

    /// <summary>The configuration's file name within the folder. Default <c>config.json</c>.</summary>
    public string ConfigFile { get; init; } = "config.json";

    /// <summary>Keys of <c>config.json</c> that the caller knows to be without effect on the arithmetic, although they are not known here.</summary>
    public IReadOnlyCollection<string> IgnoredConfigKeys { get; init; } = [];

    /// <summary>Tensors read so far and in all, in bytes.</summary>
    public IProgress<LoadProgress>? Progress { get; init; }

    /// <summary>Stops between tensors.</summary>
    public CancellationToken CancellationToken { get; init; }
}
