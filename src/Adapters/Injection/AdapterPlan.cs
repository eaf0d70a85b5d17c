using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>What an adapter would do to a tree. Making it changes nothing.</summary>
/// <param name="Options">With the targets resolved to what PEFT writes.</param>
/// <param name="Layers">Layers that get factors.</param>
/// <param name="Copies">Parameters that are trained whole.</param>
/// <param name="Rows">Embedding rows that are trained.</param>
/// <param name="Warnings">What is odd but not wrong.</param>
internal sealed record AdapterPlan(
    LoraOptions Options,
    IReadOnlyList<PlannedLayer> Layers,
    IReadOnlyList<PlannedCopy> Copies,
    IReadOnlyList<PlannedRows> Rows,
    IReadOnlyList<string> Warnings)
{
    /// <exception cref="AdapterException">The options do not fit the tree.</exception>
    public static AdapterPlan Make(nn.Module root, LoraOptions options)
    {
        options.Validate();
        var nodes = ModuleTree.Walk(root);
        List<string> warnings = [.. options.Warnings];
        var layers = TargetPlanner.Plan(nodes, ref options, warnings);
        var copies = CopyPlanner.Plan(nodes, options, layers, warnings);
        var rows = RowPlanner.Plan(nodes, options, layers, copies);
        TiePlanner.Check(nodes, options, layers, copies, warnings);
        return new AdapterPlan(options, layers, copies, rows, warnings);
    }
}
