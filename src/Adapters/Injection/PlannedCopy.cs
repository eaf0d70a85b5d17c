using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>A parameter of which a copy is trained.</summary>
/// <param name="Key">The copy's name in a file.</param>
/// <param name="Owner">The module that holds the parameter.</param>
/// <param name="Original">The parameter.</param>
/// <param name="Sharing">Other modules that hold it too and are to see the same copy: those of <c>ensure_weight_tying</c>. PEFT writes it once more under the name of each.</param>
internal sealed record PlannedCopy(string Key, nn.Module Owner, Parameter Original, IReadOnlyList<(string Key, nn.Module Module)> Sharing)
{
    /// <summary>Whether a module sees the copy.</summary>
    public bool Reaches(nn.Module module) => ReferenceEquals(Owner, module) || Sharing.Any(other => ReferenceEquals(other.Module, module));
}
