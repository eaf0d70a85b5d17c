using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>Which parameters of the model are trained whole: those of <c>modules_to_save</c>, and biases.</summary>
internal static class CopyPlanner
{
    public static IReadOnlyList<PlannedCopy> Plan(IReadOnlyList<ModuleNode> nodes, LoraOptions options, IReadOnlyList<PlannedLayer> layers, List<string> warnings)
    {
        var copies = new List<PlannedCopy>();
        var adapted = layers.Select(layer => layer.Node.Path).ToHashSet(StringComparer.Ordinal);
        AddSavedModules(nodes, options, adapted, copies, warnings);
        AddBiases(nodes, options, adapted, copies);
        return options.EnsureWeightTying ? copies.ConvertAll(copy => copy with { Sharing = Sharing(nodes, copy) }) : copies;
    }

    private static void AddSavedModules(IReadOnlyList<ModuleNode> nodes, LoraOptions options, HashSet<string> adapted, List<PlannedCopy> copies, List<string> warnings)
    {
        foreach (var name in options.ModulesToSave ?? [])
        {
            // As PEFT: any module whose name ends so, at a dot or not.
            ModuleNode[] saved = [.. nodes.Where(node => node.Path.EndsWith(name, StringComparison.Ordinal))];
            if (saved.Length == 0)
            {
                warnings.Add($"modules_to_save names {name}, which is no module of this model.");
            }

            foreach (var module in saved)
            {
                foreach (var node in nodes.Where(node => node == module || node.Path.StartsWith(module.Path + ".", StringComparison.Ordinal)))
                {
                    if (adapted.Contains(node.Path))
                    {
                        throw new AdapterException($"'{node.Path}' is both targeted and in modules_to_save ('{name}'); exclude it from one of them.");
                    }

                    Add(copies, node, node.Path, _ => true, options.EnsureWeightTying);
                }
            }
        }
    }

    private static void AddBiases(IReadOnlyList<ModuleNode> nodes, LoraOptions options, HashSet<string> adapted, List<PlannedCopy> copies)
    {
        foreach (var node in nodes)
        {
            var isAdapted = adapted.Contains(node.Path);
            if (options.Bias == BiasTraining.All || (options.Bias == BiasTraining.LoraOnly && isAdapted))
            {
                Add(copies, node, isAdapted ? node.Path + ".base_layer" : node.Path, name => name == "bias", tied: false);
            }
        }
    }

    private static void Add(List<PlannedCopy> copies, ModuleNode node, string path, Func<string, bool> wanted, bool tied)
    {
        foreach (var (name, parameter) in node.Base.named_parameters(recurse: false))
        {
            // Tied modules see the copy of the first of them.
            if (wanted(name) && !copies.Any(copy => ReferenceEquals(copy.Original, parameter) && (tied || ReferenceEquals(copy.Owner, node.Base))))
            {
                copies.Add(new PlannedCopy($"{PeftNames.Prefix}{path}.{name}", node.Base, parameter, []));
            }
        }
    }

    private static (string Key, nn.Module Module)[] Sharing(IReadOnlyList<ModuleNode> nodes, PlannedCopy copy)
        =>
        [
            .. nodes.Where(node => !ReferenceEquals(node.Base, copy.Owner)).SelectMany(node => node.Base.named_parameters(recurse: false)
                .Where(item => ReferenceEquals(item.parameter, copy.Original))
                .Select(item => ($"{PeftNames.Prefix}{node.Path}.{item.name}", node.Base))),
        ];
}
