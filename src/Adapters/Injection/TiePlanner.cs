using LoraDiff.Adapters.Layers;

namespace LoraDiff.Adapters.Injection;

/// <summary>Remarks on layers that share a table with another and are adapted alone; refuses <c>ensure_weight_tying</c> for low-rank factors, which would have to be those of both.</summary>
internal static class TiePlanner
{
    public static void Check(
        IReadOnlyList<ModuleNode> nodes, LoraOptions options, IReadOnlyList<PlannedLayer> layers, IReadOnlyList<PlannedCopy> copies, List<string> warnings)
    {
        var alone = nodes
            .Where(node => node.Kind == LayerKind.Embedding)
            .SelectMany(embedding => Ties.Heads(nodes, embedding).Append(embedding).Where(_ => Ties.Heads(nodes, embedding).Any()))
            .Where(node => layers.Any(layer => layer.Node.Path == node.Path) || (!options.EnsureWeightTying && copies.Any(copy => ReferenceEquals(copy.Owner, node.Base))))
            .Select(node => node.Path)
            .Distinct()
            .ToArray();
        if (alone.Length == 0)
        {
            return;
        }

        if (options.EnsureWeightTying)
        {
            throw new AdapterException(
                $"ensure_weight_tying is set and {string.Join(", ", alone)}, which shares its table with another layer, is in target_modules; low-rank factors for both as one are not supported. Set it to false, or use modules_to_save or trainable_token_indices.");
        }

        warnings.Add($"{string.Join(", ", alone)} shares its table with another layer, which keeps the original: the adapted model is no longer tied.");
    }
}
