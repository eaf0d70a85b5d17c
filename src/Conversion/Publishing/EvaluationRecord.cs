using LoraDiff.Conversion.Analysis;

namespace LoraDiff.Conversion.Publishing;

/// <summary>One measurement in <c>eval.json</c> beside an adapter; its card reports them.</summary>
public sealed record EvaluationRecord
{
    /// <summary>File name beside the adapter.</summary>
    public const string FileName = "eval.json";

    /// <summary>Name of the data: <c>owner/name</c> where it came from the Hub, else a file without its folder.</summary>
    public required string Dataset { get; init; }

    /// <summary>Whether the adapter was on; false is the base model.</summary>
    public required bool WithAdapter { get; init; }

    /// <summary>How it was decoded, for people: <c>autoregressive</c>, or <c>diffusion, threshold 0.9</c>.</summary>
    public required string Decoding { get; init; }

    /// <summary>Share of right answers.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Prompts that were answered.</summary>
    public required int Prompts { get; init; }

    /// <summary>Generated tokens per forward.</summary>
    public required double TokensPerForward { get; init; }

    /// <summary>Mean −log p of a token of the given answers, nats, or null.</summary>
    public double? NllPerToken { get; init; }

    /// <summary>The command that made the numbers, without folders of the machine.</summary>
    public required string Command { get; init; }

    /// <summary>A record of a report.</summary>
    /// <param name="report">What was measured.</param>
    /// <param name="dataset">Name or path of the data; of a path only what <see cref="Dataset"/> says is kept.</param>
    /// <param name="withAdapter">Whether the adapter was on.</param>
    /// <param name="decoding">How it was decoded.</param>
    /// <param name="command">The command.</param>
    public static EvaluationRecord Of(EvaluationReport report, string dataset, bool withAdapter, string decoding, string command)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new EvaluationRecord
        {
            Dataset = File.Exists(dataset) || Directory.Exists(dataset) ? CachePlace.DataName(dataset) : dataset,
            WithAdapter = withAdapter,
            Decoding = decoding,
            Accuracy = report.Accuracy,
            Prompts = report.Total,
            TokensPerForward = report.Tpf,
            NllPerToken = report.NllPerToken,
            Command = command,
        };
    }

    /// <summary>The records of an adapter folder, the base model's first.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="PublishingException">The file cannot be read.</exception>
    public static IReadOnlyList<EvaluationRecord> FromFolder(string folder)
        => [.. (RecordFile.Read<List<EvaluationRecord>>(Path.Combine(folder, FileName)) ?? []).OrderBy(record => record.WithAdapter)];

    /// <summary>Adds this record to a folder's; one of the same data and decoding is replaced.</summary>
    /// <param name="folder">The adapter's folder; it exists.</param>
    /// <exception cref="PublishingException">The file that is there cannot be read.</exception>
    public void AddTo(string folder)
        => RecordFile.Write(Path.Combine(folder, FileName), FromFolder(folder).Where(r => (r.Dataset, r.WithAdapter, r.Decoding) != (Dataset, WithAdapter, Decoding)).Append(this).OrderBy(r => r.WithAdapter).ToList());
}
