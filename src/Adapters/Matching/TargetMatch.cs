namespace LoraDiff.Adapters.Matching;

/// <summary>What a configuration says about one module name.</summary>
internal enum TargetMatch
{
    Missed,
    Excluded,
    Targeted,
}
