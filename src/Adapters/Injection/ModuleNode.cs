using LoraDiff.Adapters.Layers;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>One named module of a tree, with the place it hangs in.</summary>
/// <param name="Path">Dotted name from the root.</param>
/// <param name="Parent">The module that registers it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Module">What hangs there now: the model's own module, or a layer of ours around it.</param>
internal sealed record ModuleNode(string Path, nn.Module Parent, string Name, nn.Module Module)
{
    /// <summary>The model's own module.</summary>
    public nn.Module Base => Module is AdaptedLayer layer ? layer.Base : Module;

    public LayerKind? Kind => LayerKinds.Of(Base);
}
