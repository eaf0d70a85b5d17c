using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>A tensor of the model itself that goes into the adapter's file, because PEFT puts the tables of adapted embeddings there.</summary>
/// <param name="Key">Its name in the file.</param>
/// <param name="Owner">The module that holds it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Type">The type it had in the file that was read; null for a fresh adapter, which writes the model's own.</param>
internal sealed record SavedBase(string Key, nn.Module Owner, string Name, ScalarType? Type)
{
    /// <summary>The value that the adapter was made over. The caller owns it.</summary>
    /// <param name="swaps">The adapter's, among which a table of its own may be.</param>
    public Tensor Value(IEnumerable<ParameterSwap> swaps)
    {
        var current = Owner.get_parameter(Name)!;
        var value = (swaps.FirstOrDefault(swap => !swap.IsTrained && ReferenceEquals(swap.Owner, Owner) && ReferenceEquals(swap.Original, current))?.Copy ?? current).detach();
        return Type is { } type ? value.to(type) : value;
    }
}
