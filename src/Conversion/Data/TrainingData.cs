using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Data;

/// <summary>Tokenised documents, and what had to be left out or cut off on the way. Dispose it when the samples are no longer read: they may be in a mapped file.</summary>
public sealed class TrainingData : IDisposable
{
    /// <summary>Sentences that <see cref="Problems"/> holds at most.</summary>
    public const int MaxProblems = 100;

    private readonly SampleStore _store;

    private TrainingData(SampleStore store, DataSummary summary, IReadOnlyList<InputFile> files, DataSources sources, DataOptions options)
    {
        _store = store;
        var (training, evaluation) = DataMix.Of(store, sources, options);
        (Samples, Evaluation) = (new SampleList(store, training), new SampleList(store, [.. evaluation.Take(options.EvalLimit)]));
        (Records, Truncated, Skipped) = (summary.Records, summary.Truncated, summary.Skipped);
        Problems = [.. summary.Problems.Select(p => files[p.File].Path + p.Message)];
    }

    /// <summary>The documents to train on, in the data's order; where sources have weights, each as often as its source's weight says.</summary>
    public IReadOnlyList<TrainingSample> Samples { get; }

    /// <summary>The documents that were kept apart (<see cref="DataOptions.EvalShare"/>), the first <see cref="DataOptions.EvalLimit"/> of them.</summary>
    public IReadOnlyList<TrainingSample> Evaluation { get; }

    /// <summary>Records that were read.</summary>
    public int Records { get; }

    /// <summary>Documents of which a part was cut off.</summary>
    public int Truncated { get; }

    /// <summary>Lines and documents that were left out.</summary>
    public int Skipped { get; }

    /// <summary>One sentence with file and line for each that was left out, at most <see cref="MaxProblems"/>.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Whether the data came from <see cref="DataOptions.DataCache"/>.</summary>
    public CacheUse Cache { get; private init; }

    /// <summary>The file in the cache, or null.</summary>
    public string? CacheFile { get; private init; }

    /// <summary>Reads and tokenises data, or takes it from the cache.</summary>
    /// <param name="sources">Files, folders or patterns; a text stands for one.</param>
    /// <param name="tokenizer">Turns text into ids.</param>
    /// <param name="renderer">Turns conversations into text.</param>
    /// <param name="options">Lengths, columns, broken lines, cache.</param>
    /// <param name="cancellationToken">Looked at every few records; nothing is left behind.</param>
    /// <exception cref="DataException">The data cannot be used; the message names file and line.</exception>
    public static TrainingData Load(DataSources sources, Tokenizer tokenizer, ConversationRenderer renderer, DataOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(renderer);
        options ??= new DataOptions();
        options.Validate();
        var files = InputFiles.Find(sources, options);
        try
        {
            var cacheFile = TokenCache.PathFor(files, renderer, options, cancellationToken);
            var damaged = false;
            if (cacheFile is not null && TokenFile.Open(cacheFile, out damaged, cancellationToken) is { } cached)
            {
                return Require(new TrainingData(cached, cached.Summary, files, sources, options) { Cache = CacheUse.Read, CacheFile = cacheFile }, sources);
            }

            var records = DataPipeline.Run(files, new DocumentTokenizer(files, tokenizer, renderer, options), options, cancellationToken);
            var (store, summary) = cacheFile is null && files.Sum(f => f.Bytes) <= options.MemoryBytes ? InMemory(records, files) : InFile(records, files, cacheFile);
            return Require(new TrainingData(store, summary, files, sources, options) { Cache = cacheFile is null ? CacheUse.None : damaged ? CacheUse.Repaired : CacheUse.Written, CacheFile = cacheFile }, sources);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"The data ({sources}) or its cache ({options.DataCache ?? "none"}) cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose() => _store.Dispose();

    private static TrainingData Require(TrainingData data, DataSources sources)
    {
        if (data.Samples.Count > 0)
        {
            return data;
        }

        data.Dispose();
        var found = data.Records == 0 ? "no usable line" : data.Evaluation.Count > 0 ? "nothing left to train on beside its evaluation share" : "no document with a token to learn";
        throw Unusable(sources, found, data.Problems.Count > 0 ? $" The first of {data.Skipped} problems: {data.Problems[0]}" : "");
    }

    internal static DataException Unusable(DataSources sources, string found, string problem = "") => new($"'{sources}' has {found}.{problem}");

    private static (SampleStore Store, DataSummary Summary) InMemory(IEnumerable<PreparedRecord> records, IReadOnlyList<InputFile> files)
    {
        var summary = new DataSummary();
        var store = new MemoryStore();
        foreach (var record in records)
        {
            Count(summary, record, files);
            record.Documents.ForEach(store.Add);
        }

        return (store, summary);
    }

    private static (SampleStore Store, DataSummary Summary) InFile(IEnumerable<PreparedRecord> records, IReadOnlyList<InputFile> files, string? path)
    {
        var summary = new DataSummary();
        using var writer = new TokenFileWriter(path, summary);
        foreach (var record in records)
        {
            Count(summary, record, files);
            record.Documents.ForEach(writer.Add);
        }

        return (writer.Finish(), summary);
    }

    private static void Count(DataSummary summary, PreparedRecord record, IReadOnlyList<InputFile> files)
    {
        summary.Records += record.IsRead ? 1 : 0;
        summary.Truncated += record.Documents.Count(d => d.Truncated);
        summary.Skipped += record.Problems.Count;
        foreach (var problem in record.Problems.Take(MaxProblems - summary.Problems.Count))
        {
            summary.Problems.Add(new FileProblem(record.File, problem[files[record.File].Path.Length..]));
        }
    }
}
