using LoraDiff.Adapters.Layers;

namespace LoraDiff.Adapters.Injection;

/// <summary>A layer that gets factors.</summary>
internal sealed record PlannedLayer(ModuleNode Node, LayerKind Kind, int Rank, double Scaling)
{
    public string Key => PeftNames.Prefix + Node.Path;
}
