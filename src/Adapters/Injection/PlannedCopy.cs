using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>A parameter of which a copy is trained.</summary>
/// <param name="Key">The copy's name in a file.</param>
/// <param name="Owner">The module that holds the parameter.</param>
/// <param name="Original">The parameter.</param>
/// <param name="Sharing">Other modules that hold it too and are to see the same copy: those of <c>ensure_weight_tying</c>.</param>
internal sealed record PlannedCopy(string Key, nn.Module Owner, Parameter Original, IReadOnlyList<nn.Module> Sharing)
{
    /// <summary>Whether a module sees the copy.</summary>
    public bool Reaches(nn.Module module) => ReferenceEquals(Owner, module) || Sharing.Contains(module, ReferenceEqualityComparer.Instance);
}
