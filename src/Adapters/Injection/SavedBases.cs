using LoraDiff.Adapters.Files;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>PEFT's <c>save_embedding_layers="auto"</c>: which tables go into the file, and what to do with those that a file holds.</summary>
internal static class SavedBases
{
    /// <summary>The tables that a fresh adapter writes: of embeddings and heads that are adapted under their usual names, unless token rows are trained.</summary>
    public static IReadOnlyList<SavedBase> For(AdapterPlan plan)
    {
        if (plan.Options.TrainableTokens is not null || !EmbeddingIsTargeted(plan))
        {
            return [];
        }

        return
        [
            .. plan.Layers
                .Where(layer => PeftNames.EmbeddingLayers.Contains(layer.Node.Name))
                .SelectMany(layer => layer.Node.Base.named_parameters(recurse: false).Select(item => new SavedBase($"{layer.Key}.base_layer.{item.name}", layer.Node.Base, item.name, null))),
        ];
    }

    /// <summary>The tables that a file holds. One that differs from the model's takes its place while the adapter is active, wherever the model shares it.</summary>
    public static IReadOnlyList<SavedBase> Read(nn.Module root, AdapterPlan plan, AdapterFile file, List<ParameterSwap> swaps)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var nodes = ModuleTree.Walk(root);
        var found = new List<SavedBase>();
        foreach (var node in nodes.Where(node => PeftNames.EmbeddingLayers.Contains(node.Name) && node.Kind is not null))
        {
            var isAdapted = plan.Layers.Any(layer => layer.Node.Path == node.Path);
            foreach (var (name, own) in node.Base.named_parameters(recurse: false).ToArray())
            {
                var key = $"{PeftNames.Prefix}{node.Path}{(isAdapted ? ".base_layer" : string.Empty)}.{name}";
                if (plan.Copies.Any(copy => copy.Sharing.Any(other => other.Key == key)) && file.Contains(key))
                {
                    file.Expect(key, own.shape);
                    continue;
                }

                if (plan.Copies.Any(copy => copy.Key == key) || file.TakeOptional(key, own.shape) is not { } table)
                {
                    continue;
                }

                found.Add(new SavedBase(key, node.Base, name, table.dtype));
                if (!SameNumbers(own, table))
                {
                    swaps.AddRange(Swaps(nodes, own, table).Where(swap => !swaps.Exists(other => ReferenceEquals(other.Owner, swap.Owner) && ReferenceEquals(other.Original, own))).ToArray());
                }
            }
        }

        return found;
    }

    private static bool EmbeddingIsTargeted(AdapterPlan plan)
    {
        var targets = plan.Options.TargetModules!;
        if (targets.Regex is null)
        {
            return PeftNames.EmbeddingLayers.Any(targets.Names.Contains);
        }

        return plan.Layers.Any(layer => PeftNames.EmbeddingLayers.Contains(layer.Node.Name));
    }

    private static bool SameNumbers(Tensor own, Tensor table) => table.to(own.device).to(float32).eq(own.to(float32)).all().item<bool>();

    private static ParameterSwap[] Swaps(IReadOnlyList<ModuleNode> nodes, Parameter own, Tensor table)
        =>
        [
            .. nodes
                .Where(node => node.Base.named_parameters(recurse: false).Any(item => ReferenceEquals(item.parameter, own)))
                .Select(node => new ParameterSwap(
                    null, node.Base, own, (Parameter)new Parameter(table.to(own.device).clone(), requires_grad: false).DetachFromDisposeScope(), IsTrained: false)),
        ];
}
