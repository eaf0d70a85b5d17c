using LoraDiff.Adapters.Layers;

namespace LoraDiff.Adapters.Injection;

/// <summary>Which embedding rows are trained, and which heads see them.</summary>
internal static class RowPlanner
{
    public static IReadOnlyList<PlannedRows> Plan(
        IReadOnlyList<ModuleNode> nodes, LoraOptions options, IReadOnlyList<PlannedLayer> layers, IReadOnlyList<PlannedCopy> copies)
    {
        if (options.TrainableTokens is not { } tokens)
        {
            return [];
        }

        var planned = new List<PlannedRows>();
        var byModule = tokens.ByModule ?? new Dictionary<string, IReadOnlyList<long>> { [InputEmbedding(nodes).Path] = tokens.Rows! };
        foreach (var (name, rows) in byModule)
        {
            ModuleNode[] named = [.. nodes.Where(node => node.Path.EndsWith(name, StringComparison.Ordinal))];
            if (named.Length == 0)
            {
                throw new AdapterException($"trainable_token_indices names '{name}', which is no module of this model.");
            }

            planned.AddRange(named.Select(node => Plan(nodes, node, rows)));
        }

        Check(planned, layers, copies);
        return planned;
    }

    private static PlannedRows Plan(IReadOnlyList<ModuleNode> nodes, ModuleNode node, IReadOnlyList<long> rows)
    {
        if (node.Kind != LayerKind.Embedding)
        {
            throw new AdapterException($"trainable_token_indices names '{node.Path}', a {node.Base.GetType().Name}; only embeddings have token rows. A tied head follows its embedding by itself.");
        }

        var count = node.Base.get_parameter("weight")!.size(0);
        if (rows.Count == 0 || rows.Any(row => row < 0 || row >= count) || rows.Distinct().Count() != rows.Count)
        {
            throw new AdapterException($"trainable_token_indices of '{node.Path}' is [{string.Join(", ", rows)}]; expected distinct ids from 0 to {count - 1}, at least one.");
        }

        ModuleNode[] tied = [.. Ties.Heads(nodes, node)];
        CheckPlace(node, typeof(TokenRowEmbedding));
        foreach (var head in tied)
        {
            CheckPlace(head, typeof(TokenRowLinear));
        }

        return new PlannedRows(node, rows, tied);
    }

    private static void CheckPlace(ModuleNode node, Type type)
    {
        if (node.Module is AdaptedLayer layer && layer.GetType() != type)
        {
            throw new AdapterException($"'{node.Path}' has low-rank factors of another adapter; it cannot get trained token rows too.");
        }

        TreeSurgery.CheckReplaceable(node, type);
    }

    private static void Check(List<PlannedRows> planned, IReadOnlyList<PlannedLayer> layers, IReadOnlyList<PlannedCopy> copies)
    {
        foreach (var (rows, node) in planned.SelectMany(rows => rows.Tied.Prepend(rows.Node).Select(node => (rows, node))))
        {
            var setting = copies.Any(copy => copy.Reaches(node.Base)) ? "modules_to_save" : layers.Any(layer => layer.Node.Path == node.Path) ? "target_modules" : null;
            if (setting is not null)
            {
                throw new AdapterException(node == rows.Node
                    ? $"'{node.Path}' is named by {setting}, and trainable_token_indices trains its rows [{string.Join(", ", rows.Rows)}]: expected one of the two. Take it out of one."
                    : $"'{node.Path}' is named by {setting}, and trainable_token_indices trains rows [{string.Join(", ", rows.Rows)}] of '{rows.Node.Path}', whose table it shares: expected one of the two. Take '{node.Path}' out of {setting}, or name both there and no rows.");
            }
        }
    }

    private static ModuleNode InputEmbedding(IReadOnlyList<ModuleNode> nodes)
        => nodes.FirstOrDefault(node => node.Kind == LayerKind.Embedding && node.Name == "embed_tokens")
            ?? nodes.FirstOrDefault(node => node.Kind == LayerKind.Embedding)
            ?? throw new AdapterException("trainable_token_indices is set but this model has no embedding.");
}
