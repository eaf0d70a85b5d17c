using LoraDiff.Conversion.Export.Targets;
using LoraDiff.Conversion.Models;

namespace LoraDiff.Conversion.Export;

/// <summary>The targets by name. A new one is one file and one line here.</summary>
internal static class ExportTargets
{
    public static IReadOnlyList<IExportTarget> All { get; } =
    [
        new PlainTarget(),
        new SdarTarget(),
        new FastDllmTarget(),
        new A2dTarget("qwen3", "Qwen3"),
        new A2dTarget("qwen2", "Qwen2"),
        new A2dTarget("llama", "Llama"),
    ];

    /// <exception cref="ExportException">No target is called so.</exception>
    public static IExportTarget Find(string name)
        => All.FirstOrDefault(target => target.Name == name) ?? throw new ExportException($"No target is called '{name}'. Known: {string.Join(", ", All.Select(target => target.Name))}.");

    /// <summary>Refuses what a target cannot serve.</summary>
    /// <exception cref="ExportException">Says why, and which targets can.</exception>
    public static void RequireServable(IExportTarget target, ModelConfig model, ConversionRecipe? recipe)
    {
        string[] refusals = [.. target.Refusals(model, recipe)];
        if (refusals.Length > 0)
        {
            var able = All.Where(other => !other.Refusals(model, recipe).Any()).Select(other => other.Name);
            throw new ExportException($"Target '{target.Name}' cannot serve this: {string.Join("; ", refusals)}. Targets that can: {string.Join(", ", able)}.");
        }
    }
}
