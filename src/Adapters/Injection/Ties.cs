using LoraDiff.Adapters.Layers;

namespace LoraDiff.Adapters.Injection;

/// <summary>Layers that share one table: known by holding the same parameter object.</summary>
internal static class Ties
{
    /// <summary>The embeddings whose table a linear layer multiplies with.</summary>
    public static IEnumerable<ModuleNode> Embeddings(IReadOnlyList<ModuleNode> nodes, ModuleNode linear) => Sharing(nodes, linear, LayerKind.Embedding);

    /// <summary>The linear layers that multiply with an embedding's table.</summary>
    public static IEnumerable<ModuleNode> Heads(IReadOnlyList<ModuleNode> nodes, ModuleNode embedding) => Sharing(nodes, embedding, LayerKind.Linear);

    private static IEnumerable<ModuleNode> Sharing(IReadOnlyList<ModuleNode> nodes, ModuleNode one, LayerKind kind)
    {
        var table = one.Base.get_parameter("weight");
        return nodes.Where(node => node.Kind == kind && ReferenceEquals(node.Base.get_parameter("weight"), table));
    }
}
