namespace LoraDiff.Conversion.Data;

/// <summary>Counts of a pass over the data, kept beside its tokens.</summary>
internal sealed record DataSummary
{
    public int Records { get; set; }

    public int Truncated { get; set; }

    public int Skipped { get; set; }

    /// <summary>The first problems, each with the number of its file, whose path they begin with.</summary>
    public List<FileProblem> Problems { get; init; } = [];

    /// <summary>Kinds, in the order of their numbers.</summary>
    public List<string> Kinds { get; init; } = [];
}
