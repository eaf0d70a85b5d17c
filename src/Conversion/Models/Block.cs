using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

/// <summary>A part of a model whose children <see cref="Checkpoints.WeightSource"/> registers as it makes them, so that a checkpoint's names stand in one place.</summary>
internal abstract class Block(string name) : nn.Module(name)
{
    // Registration by reflection would add every child again under its field's name.
    protected override void RegisterComponents()
    {
    }
}
