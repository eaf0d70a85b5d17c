using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>A parameter of the model that an adapter has a copy of its own of. The model's own stays untouched and comes back when the adapter goes.</summary>
/// <param name="Key">The copy's name in a file; null where it has none.</param>
/// <param name="Owner">The module that holds it.</param>
/// <param name="Original">The model's own.</param>
/// <param name="Copy">The adapter's.</param>
/// <param name="IsTrained">Whether the copy is a parameter of the adapter; else it is the base table that the adapter was made over.</param>
internal sealed record ParameterSwap(string? Key, nn.Module Owner, Parameter Original, Parameter Copy, bool IsTrained = true)
{
    public bool IsApplied { get; private set; }

    public void Apply(bool apply)
    {
        if (apply != IsApplied)
        {
            TreeSurgery.ReplaceParameter(Owner, apply ? Original : Copy, apply ? Copy : Original);
            IsApplied = apply;
        }
    }
}
