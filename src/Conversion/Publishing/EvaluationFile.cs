using LoraDiff.Conversion.Analysis;
using LoraDiff.Hub.Cards;

namespace LoraDiff.Conversion.Publishing;

/// <summary>The measurements in <c>eval.json</c> beside an adapter; its card reports them.</summary>
public static class EvaluationFile
{
    /// <summary>File name beside the adapter.</summary>
    public const string FileName = "eval.json";

    /// <summary>What a report says, for a card.</summary>
    /// <param name="report">What was measured.</param>
    /// <param name="dataset">Name or path of the data; of a path only <c>owner/name</c> is kept where it came from the Hub, else the name without its folder.</param>
    /// <param name="withAdapter">Whether the adapter was on.</param>
    /// <param name="decoding">How it was decoded.</param>
    /// <param name="command">The command, without folders of the machine.</param>
    public static CardEvaluation Of(EvaluationReport report, string dataset, bool withAdapter, string decoding, string command)
    {
        ArgumentNullException.ThrowIfNull(report);
        return new CardEvaluation
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

    /// <summary>The measurements of an adapter folder, the base model's first.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="PublishingException">The file cannot be read.</exception>
    public static IReadOnlyList<CardEvaluation> FromFolder(string folder)
        => [.. (RecordFile.Read<List<CardEvaluation>>(Path.Combine(folder, FileName)) ?? []).OrderBy(e => e.WithAdapter)];

    /// <summary>Refuses, before anything is measured, a folder that <see cref="Add"/> could not add to; changes nothing.</summary>
    /// <param name="folder">The adapter's folder.</param>
    /// <exception cref="PublishingException">The file that is there cannot be read.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static void RequireWritable(string folder)
    {
        WritableFolder.Require(folder);
        _ = FromFolder(folder);
    }

    /// <summary>Adds a measurement to a folder's; one of the same data and decoding is replaced.</summary>
    /// <param name="folder">The adapter's folder; it exists.</param>
    /// <param name="evaluation">The measurement.</param>
    /// <exception cref="PublishingException">The file that is there cannot be read.</exception>
    public static void Add(string folder, CardEvaluation evaluation)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        RecordFile.Write(Path.Combine(folder, FileName), FromFolder(folder).Where(e => (e.Dataset, e.WithAdapter, e.Decoding) != (evaluation.Dataset, evaluation.WithAdapter, evaluation.Decoding)).Append(evaluation).OrderBy(e => e.WithAdapter).ToList());
    }
}
