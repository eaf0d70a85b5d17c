using System.Numerics;
using LoraDiff.Conversion.Attention;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Data;

/// <summary>What is in data, and what the model will see of it. Weights of sources are not looked at: each document counts once.</summary>
public sealed record DataReport
{
    private DataReport()
    {
    }

    /// <summary>The files, in the order in which they are read.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Records that were read.</summary>
    public int Records { get; private set; }

    /// <summary>Documents that they make.</summary>
    public int Documents { get; private set; }

    /// <summary>Documents that are kept apart for evaluation.</summary>
    public int EvaluationDocuments { get; private set; }

    /// <summary>Documents of which a part is cut off.</summary>
    public int Truncated { get; private set; }

    /// <summary>Lines and documents that are left out.</summary>
    public int Skipped { get; private set; }

    /// <summary>A sentence with file and line for each that is left out, at most <see cref="TrainingData.MaxProblems"/>.</summary>
    public IReadOnlyList<string> Problems { get; private set; } = [];

    /// <summary>Tokens, without padding.</summary>
    public long Tokens { get; private set; }

    /// <summary>Tokens that are learnt, without padding.</summary>
    public long SupervisedTokens { get; private set; }

    /// <summary>Padding tokens that fill up last blocks at the largest block size; they are learnt as well.</summary>
    public long PaddingTokens { get; private set; }

    /// <summary>Positions per block, the most that training reaches.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Counts by kind; a document without a kind counts under "".</summary>
    public IReadOnlyDictionary<string, KindCount> ByKind { get; private set; } = new Dictionary<string, KindCount>();

    /// <summary>Counts by length, from powers of two to the next.</summary>
    public IReadOnlyList<LengthCount> ByLength { get; private set; } = [];

    /// <summary>The first documents.</summary>
    public IReadOnlyList<ShownDocument> Shown { get; private set; } = [];

    /// <summary>Reads and tokenises data, and counts it; only the documents shown are held.</summary>
    /// <param name="sources">Files, folders or patterns.</param>
    /// <param name="tokenizer">Turns text into ids.</param>
    /// <param name="renderer">Turns conversations into text.</param>
    /// <param name="recipe">Where blocks start and how large they get.</param>
    /// <param name="options">How data is read and cut; null for the defaults.</param>
    /// <param name="show">Documents to show.</param>
    /// <param name="cancellationToken">Looked at every few records.</param>
    /// <exception cref="DataException">The data cannot be used; the message names file and line.</exception>
    public static DataReport Make(
        DataSources sources, Tokenizer tokenizer, ConversationRenderer renderer, ConversionRecipe recipe, DataOptions? options = null, int show = 3, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(renderer);
        ArgumentNullException.ThrowIfNull(recipe);
        options ??= new DataOptions();
        options.Validate();
        var files = InputFiles.Find(sources, options);
        var report = new DataReport { Files = [.. files.Select(f => f.Path)], BlockSize = recipe.BlockSchedule.Max };
        var evaluationLimit = DataMix.EvaluationLimit(options);
        var kinds = new SortedDictionary<string, KindCount>(StringComparer.Ordinal);
        var lengths = new SortedDictionary<int, int>();
        List<string> problems = [];
        List<ShownDocument> shown = [];
        foreach (var record in DataPipeline.Run(files, new DocumentTokenizer(files, tokenizer, renderer, options), options, cancellationToken))
        {
            report.Records += record.IsRead ? 1 : 0;
            report.Skipped += record.Problems.Count;
            problems.AddRange(record.Problems.Take(TrainingData.MaxProblems - problems.Count));
            foreach (var document in record.Documents)
            {
                var (ids, start, _, kind) = document.Sample;
                var shows = Show(document, recipe, DataMix.IsEvaluation(document.SplitHash, evaluationLimit));
                report.Documents++;
                report.EvaluationDocuments += shows.IsEvaluation ? 1 : 0;
                report.Truncated += document.Truncated ? 1 : 0;
                report.Tokens += ids.Length;
                report.SupervisedTokens += ids.Length - start;
                report.PaddingTokens += shows.Padding;
                var count = kinds.GetValueOrDefault(kind ?? "") ?? new KindCount(0, 0, 0);
                kinds[kind ?? ""] = new KindCount(count.Documents + 1, count.Tokens + ids.Length, count.SupervisedTokens + ids.Length - start);
                var bucket = BitOperations.Log2((uint)ids.Length);
                lengths[bucket] = lengths.GetValueOrDefault(bucket) + 1;
                if (shown.Count < show)
                {
                    shown.Add(shows);
                }
            }
        }

        if (report.Records == 0 && report.Skipped == 0)
        {
            throw TrainingData.Unusable(sources, "no usable line");
        }

        report.Problems = problems;
        report.ByKind = kinds;
        report.ByLength = [.. lengths.Select(l => new LengthCount(1 << l.Key, (1 << l.Key) * 2 - 1, l.Value))];
        report.Shown = shown;
        return report;
    }

    private static ShownDocument Show(PreparedDocument document, ConversionRecipe recipe, bool isEvaluation)
    {
        var sample = document.Sample;
        var size = recipe.BlockSchedule.Max;
        var origin = recipe.GridOrigin == GridOrigin.Completion ? sample.CompletionStart : 0;
        var length = sample.Complete ? BlockLayout.WholeBlocks(sample.Ids.Length, size, origin) : sample.Ids.Length;
        var layout = new BlockLayout(length, size, origin);
        return new ShownDocument(document.Location, sample, [.. Enumerable.Range(0, layout.Count).Select(layout.Start)], length - sample.Ids.Length, isEvaluation);
    }
}
