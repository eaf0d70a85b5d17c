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
    /// <param name="target">The target that was asked for.</param>
    /// <param name="model">The base model.</param>
    /// <param name="recipe">How the adapter was trained; null where that is not recorded.</param>
    /// <param name="mask">The mask token that a target would get.</param>
    /// <returns>The mask token that the target gets.</returns>
    /// <exception cref="ExportException">Says why, and which targets can.</exception>
    public static MaskTokenPlan? RequireServable(IExportTarget target, ModelConfig model, ConversionRecipe? recipe, Func<IExportTarget, MaskTokenPlan?> mask)
    {
        var refusals = Refusals(target, model, recipe, mask, out var plan);
        if (refusals.Length > 0)
        {
            var able = All.Where(other => CanServe(other, model, recipe, mask)).Select(other => other.Name);
            throw new ExportException($"Target '{target.Name}' cannot serve this: {string.Join("; ", refusals)}. Targets that can: {string.Join(", ", able)}.");
        }

        return plan;
    }

    // A target whose mask token would first need a decision is not one to point to.
    private static bool CanServe(IExportTarget target, ModelConfig model, ConversionRecipe? recipe, Func<IExportTarget, MaskTokenPlan?> mask)
    {
        try
        {
            return Refusals(target, model, recipe, mask, out _).Length == 0;
        }
        catch (ExportException)
        {
            return false;
        }
    }

    private static string[] Refusals(IExportTarget target, ModelConfig model, ConversionRecipe? recipe, Func<IExportTarget, MaskTokenPlan?> mask, out MaskTokenPlan? plan)
    {
        string[] known = [.. target.Refusals(model, recipe)];
        plan = known.Length == 0 ? mask(target) : null;
        return plan is not null && target.RefuseMask(model, plan) is { } refusal ? [refusal] : known;
    }
}
