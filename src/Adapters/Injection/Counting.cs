using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Adapters.Injection;

/// <summary>Counts numbers as PEFT does: every parameter once, copies and what they stand in for both.</summary>
internal static class Counting
{
    public static TrainableReport Count(nn.Module root, IEnumerable<ParameterSwap> swaps)
    {
        var all = new HashSet<Parameter>(root.parameters(), ReferenceEqualityComparer.Instance);
        foreach (var swap in swaps.Where(swap => swap.IsTrained))
        {
            all.Add(swap.Original);
            all.Add(swap.Copy);
        }

        return new TrainableReport(all.Where(parameter => parameter.requires_grad).Sum(parameter => parameter.numel()), all.Sum(parameter => parameter.numel()));
    }
}
