namespace LoraDiff.Adapters.Injection;

/// <summary>An embedding of which rows are trained, and the heads that share its table.</summary>
internal sealed record PlannedRows(ModuleNode Node, IReadOnlyList<long> Rows, IReadOnlyList<ModuleNode> Tied)
{
    public string Key => PeftNames.Prefix + Node.Path;
}
