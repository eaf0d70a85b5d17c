using LoraDiff.Adapters.Layers;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>The named modules of a tree as PEFT sees them: our own layers count as the layer they stand for.</summary>
internal static class ModuleTree
{
    /// <summary>Every module below the root, once, parents before children.</summary>
    public static IReadOnlyList<ModuleNode> Walk(nn.Module root)
    {
        var nodes = new List<ModuleNode>();
        var seen = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance) { root };
        Walk(root, string.Empty, nodes, seen);
        return nodes;
    }

    private static void Walk(nn.Module parent, string prefix, List<ModuleNode> nodes, HashSet<nn.Module> seen)
    {
        foreach (var (name, child) in parent.named_children())
        {
            if (!seen.Add(child))
            {
                continue;
            }

            nodes.Add(new ModuleNode(prefix + name, parent, name, child));
            if (child is not AdaptedLayer)
            {
                Walk(child, $"{prefix}{name}.", nodes, seen);
            }
        }
    }
}
