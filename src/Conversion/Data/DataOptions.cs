namespace LoraDiff.Conversion.Data;

/// <summary>How data is read and cut.</summary>
public sealed record DataOptions
{
    /// <summary>Longest document in tokens; longer ones are cut off, get no end token, and are reported. Default 1024.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>Whether broken lines are left out and reported. Default false: the first one is an error.</summary>
    public bool SkipBroken { get; init; }

    /// <summary>Documents at most, from the start of the file; null takes all.</summary>
    public int? Limit { get; init; }

    /// <summary>Refuses values out of range.</summary>
    /// <exception cref="RecipeException">The message names the key.</exception>
    public void Validate()
    {
        Settings.Require(MaxLength >= 2, "max_length", MaxLength, "at least 2 tokens");
        Settings.Require(Limit is null or > 0, "limit", Limit, "above 0, or null");
    }
}
