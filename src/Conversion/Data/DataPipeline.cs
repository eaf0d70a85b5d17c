namespace LoraDiff.Conversion.Data;

/// <summary>Works on records with all cores, in order, holding a few batches at a time.</summary>
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
        foreach (var record in Run(files, tokenizer.Prepare, options, cancellationToken))
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

    /// <summary>The results of some work on each record, in order.</summary>
    public static IEnumerable<T> Run<T>(IReadOnlyList<InputFile> files, Func<RawBatch, RawRecord, T> work, DataOptions options, CancellationToken cancellationToken)
    {
        var running = new Queue<Task<T[]>>();
        try
        {
            foreach (var batch in RawReader.Read(files, options))
            {
                cancellationToken.ThrowIfCancellationRequested();
                running.Enqueue(Task.Run(() => Work(batch), CancellationToken.None));
                if (running.Count > Environment.ProcessorCount + 1)
                {
                    foreach (var result in running.Dequeue().GetAwaiter().GetResult())
                    {
                        yield return result;
                    }
                }
            }

            while (running.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var result in running.Dequeue().GetAwaiter().GetResult())
                {
                    yield return result;
                }
            }
        }
        finally
        {
            // Those who asked for less have stopped listening; the work that is under way still ends before its files are closed.
            Task.WaitAll([.. running.Select(task => task.ContinueWith(static _ => { }, TaskScheduler.Default))]);
        }

        T[] Work(RawBatch batch)
        {
            var results = new T[batch.Records.Count];
            for (var i = 0; i < results.Length; i++)
            {
                results[i] = work(batch, batch.Records[i]);
            }

            return results;
        }
    }
}
