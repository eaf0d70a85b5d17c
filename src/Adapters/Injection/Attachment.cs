using LoraDiff.Adapters.Layers;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>An adapter's parts, made but not yet in the tree; and the two steps that put them there and take them away.</summary>
internal sealed class Attachment : IDisposable
{
    private readonly List<(ModuleNode Node, AdapterPart Part, Func<nn.Module<Tensor, Tensor>, AdaptedLayer> Wrap)> _parts = [];

    public List<ParameterSwap> Swaps { get; } = [];

    /// <exception cref="AdapterException">The name is empty, has a dot, or is taken on this tree.</exception>
    public static void CheckName(nn.Module root, string name)
    {
        if (string.IsNullOrEmpty(name) || name.Contains('.', StringComparison.Ordinal) || name == "base_layer")
        {
            throw new AdapterException($"'{name}' cannot name an adapter: a name is not empty, has no dots, and is not base_layer.");
        }

        if (AdapterSet.Of(root).Any(adapter => adapter.Name == name))
        {
            throw new AdapterException($"This model already has an adapter '{name}'. Choose another name, or dispose that one first.");
        }
    }

    public static Attachment Make(AdapterPlan plan, PartMaker maker, CancellationToken cancellationToken)
    {
        var made = new Attachment();
        try
        {
            foreach (var layer in plan.Layers)
            {
                cancellationToken.ThrowIfCancellationRequested();
                made._parts.Add((layer.Node, maker.Make(layer), layer.Kind == LayerKind.Linear ? inner => new LoraLinear(inner) : inner => new LoraEmbedding(inner)));
            }

            foreach (var rows in plan.Rows)
            {
                var part = maker.Make(rows);
                made._parts.Add((rows.Node, part, inner => new TokenRowEmbedding(inner)));
                made._parts.AddRange(rows.Tied.Select(head => (head, (AdapterPart)new TiedRowPart(part), (Func<nn.Module<Tensor, Tensor>, AdaptedLayer>)(inner => new TokenRowLinear(inner)))));
            }

            foreach (var copy in plan.Copies)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var swap = maker.Make(copy);
                made.Swaps.Add(swap);
                made.Swaps.AddRange(copy.Sharing.Select(other => new ParameterSwap(other.Key, other.Module, copy.Original, swap.Copy)));
            }

            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Freezes the tree and hangs the parts into it, inactive.</summary>
    public AttachedPart[] Inject(nn.Module root, bool trainable)
    {
        if (AdapterSet.Of(root).Count == 0)
        {
            foreach (var parameter in root.parameters().ToArray())
            {
                parameter.requires_grad = false;
            }
        }

        return [.. _parts.Select(item => Inject(item.Node, item.Part, item.Wrap, trainable))];
    }

    public static void Remove(IReadOnlyList<AttachedPart> parts, IReadOnlyList<ParameterSwap> swaps, nn.Module root)
    {
        var nodes = ModuleTree.Walk(root).ToDictionary(node => node.Path);
        foreach (var (path, layer, part) in parts)
        {
            layer.Remove(part);
            part.Dispose();
            if (layer.Parts.Count == 0)
            {
                TreeSurgery.ReplaceChild(nodes[path].Parent, nodes[path].Name, layer.Base);
            }
        }

        foreach (var swap in swaps)
        {
            swap.Copy.Dispose();
        }
    }

    /// <summary>Frees what was made and not injected.</summary>
    public void Dispose()
    {
        foreach (var (_, part, _) in _parts)
        {
            part.Dispose();
        }

        foreach (var swap in Swaps)
        {
            swap.Copy.Dispose();
        }
    }

    private static AttachedPart Inject(ModuleNode node, AdapterPart part, Func<nn.Module<Tensor, Tensor>, AdaptedLayer> wrap, bool trainable)
    {
        if (node.Module is not AdaptedLayer layer)
        {
            layer = wrap((nn.Module<Tensor, Tensor>)node.Module);
            TreeSurgery.ReplaceChild(node.Parent, node.Name, layer);
        }

        part.Trainable = trainable;
        layer.Add(part);
        return new AttachedPart(node.Path, layer, part);
    }
}
