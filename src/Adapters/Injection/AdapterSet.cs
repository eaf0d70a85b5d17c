using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>The adapters attached to one tree, in order. Kept beside the root, for as long as the root lives.</summary>
internal static class AdapterSet
{
    private static readonly ConditionalWeakTable<nn.Module, List<LoraAdapter>> ByRoot = [];

    public static List<LoraAdapter> Of(nn.Module root) => ByRoot.GetOrCreateValue(root);
}
