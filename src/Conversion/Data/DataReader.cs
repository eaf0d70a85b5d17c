namespace LoraDiff.Conversion.Data;

/// <summary>Reads records without tokenising them.</summary>
public static class DataReader
{
    /// <summary>The records of some data, in order, as they are asked for; a few batches are held, and all cores parse.</summary>
    /// <param name="sources">Files, folders or patterns; weights are not looked at.</param>
    /// <param name="options">Columns, limit, order, broken lines; null for the defaults.</param>
    /// <param name="onProblem">Told a sentence with file and line for each line that is left out; null for no one.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="DataException">The data cannot be used, or a line is broken and <see cref="DataOptions.SkipBroken"/> is off; the message names file and line.</exception>
    public static IEnumerable<DataRecord> Read(DataSources sources, DataOptions? options = null, Action<string>? onProblem = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        options ??= new DataOptions();
        options.Validate();
        return Records(InputFiles.Find(sources, options), options, onProblem, cancellationToken);
    }

    private static IEnumerable<DataRecord> Records(IReadOnlyList<InputFile> files, DataOptions options, Action<string>? onProblem, CancellationToken cancellationToken)
    {
        var reader = new RecordReader(files, options);
        var left = options.Limit ?? int.MaxValue;
        foreach (var (record, error) in DataPipeline.Run(files, reader.TryRead, options, cancellationToken))
        {
            if (left == 0)
            {
                yield break;
            }

            if (record is null)
            {
                if (!options.SkipBroken)
                {
                    throw error!;
                }

                onProblem?.Invoke(error!.Message);
                continue;
            }

            left--;
            yield return record;
        }
    }
}
