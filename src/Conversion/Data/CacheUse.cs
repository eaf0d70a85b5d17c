namespace LoraDiff.Conversion.Data;

/// <summary>Where tokenised data came from.</summary>
public enum CacheUse
{
    /// <summary>It was tokenised, and is not kept.</summary>
    None,

    /// <summary>It was tokenised and written to the cache.</summary>
    Written,

    /// <summary>The cache had it.</summary>
    Read,

    /// <summary>The cache's file was damaged, so it was tokenised and written again.</summary>
    Repaired,
}
