namespace LoraDiff.Conversion.Data;

/// <summary>Reads and tokenises with all cores, in order, holding a few batches at a time.</summary>
internal static class DataPipeline
{
    /// <summary>What became of each record, in order. A record that is an error ends the sequence with it, unless broken ones are skipped.</summary>
    /// <param name="files">The files.</param>
    /// <param name="tokenizer">Reads, renders and tokenises.</param>
    /// <param name="options">What to read.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    public static IEnumerable<PreparedRecord> Run(IReadOnlyList<InputFile> files, DocumentTokenizer tokenizer, DataOptions options, CancellationToken cancellationToken)
    {
        var left = options.Limit ?? int.MaxValue;
        foreach (var record in Batches(files, tokenizer, options, cancellationToken).SelectMany(batch => batch))
        {
            if (left == 0)
            {
                yield break;
            }

            if (record.Error is { } error)
            {
                if (!options.SkipBroken)
                {
                    throw error;
                }

                record.Problems.Add(error.Message);
            }

            left -= record.IsRead ? 1 : 0;
            yield return record;
        }
    }

    private static IEnumerable<PreparedRecord[]> Batches(IReadOnlyList<InputFile> files, DocumentTokenizer tokenizer, DataOptions options, CancellationToken cancellationToken)
    {
        var running = new Queue<Task<PreparedRecord[]>>();
        try
        {
            foreach (var batch in RawReader.Read(files, options))
            {
                cancellationToken.ThrowIfCancellationRequested();
                running.Enqueue(Task.Run(() => batch.Records.Select(raw => tokenizer.Prepare(batch, raw)).ToArray(), CancellationToken.None));
                if (running.Count > Environment.ProcessorCount + 1)
                {
                    yield return running.Dequeue().GetAwaiter().GetResult();
                }
            }

            while (running.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return running.Dequeue().GetAwaiter().GetResult();
            }
        }
        finally
        {
            // Those who asked for less have stopped listening; the work that is under way still ends before its files are closed.
            Task.WaitAll([.. running.Select(task => task.ContinueWith(static _ => { }, TaskScheduler.Default))]);
        }
    }
}
