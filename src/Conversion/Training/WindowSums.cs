namespace LoraDiff.Conversion.Training;

/// <summary>What a <see cref="ReportWindow"/> has added up; a checkpoint keeps it, so that the first report of a resumed run covers the same steps as without the stop.</summary>
internal sealed record WindowSums
{
    public int Steps { get; init; }

    public double Seconds { get; init; }

    public double Loss { get; init; }

    public double Diffusion { get; init; }

    public double ArSum { get; init; }

    public long ArTargets { get; init; }

    public double Norm { get; init; }

    public double Rate { get; init; }

    public int BlockSize { get; init; }

    public long Epoch { get; init; }

    public long Masked { get; init; }

    public long Positions { get; init; }

    public long Tokens { get; init; }
}
