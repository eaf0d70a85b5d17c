namespace LoraDiff.Adapters.Layers;

/// <summary>The kinds of layer that can be adapted.</summary>
internal enum LayerKind
{
    Linear,
    Embedding,
}
