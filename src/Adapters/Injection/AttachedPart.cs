using LoraDiff.Adapters.Layers;

namespace LoraDiff.Adapters.Injection;

/// <summary>A part in its place.</summary>
internal sealed record AttachedPart(string Path, AdaptedLayer Layer, AdapterPart Part)
{
    public string Key => PeftNames.Prefix + Path;
}
