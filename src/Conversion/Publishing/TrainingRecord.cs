namespace LoraDiff.Conversion.Publishing;

/// <summary>How an adapter was trained, as <c>training.json</c> beside it says; its card is made from this.</summary>
public sealed record TrainingRecord
{
    /// <summary>File name beside the adapter.</summary>
    public const string FileName = "training.json";

    /// <summary>Names of the data: files without their folders, or Hub ids.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>Documents that were trained on.</summary>
    public required int Documents { get; init; }

    /// <summary>Optimizer steps.</summary>
    public required long Steps { get; init; }

    /// <summary>Seconds of training.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seed of everything random.</summary>
    public required long Seed { get; init; }

    /// <summary>Trained and all parameters.</summary>
    public required string Parameters { get; init; }

    /// <summary>What it ran on.</summary>
    public required string Hardware { get; init; }

    /// <summary>Version of LoraDiff.</summary>
    public required string Version { get; init; }

    /// <summary>The command, without folders of the machine, or null where it was not a command.</summary>
    public string? Command { get; init; }

    /// <summary>Reads the record of an adapter folder, or null where it has none.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="PublishingException">The file cannot be read.</exception>
    public static TrainingRecord? FromFolder(string folder) => RecordFile.Read<TrainingRecord>(Path.Combine(folder, FileName));

    /// <summary>Writes the record into a folder that exists.</summary>
    /// <param name="folder">The adapter's folder.</param>
    public void Save(string folder) => RecordFile.Write(Path.Combine(folder, FileName), this);
}
