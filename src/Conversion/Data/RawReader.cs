namespace LoraDiff.Conversion.Data;

/// <summary>Reads records as bytes, in batches; nothing but one batch is held.</summary>
internal static class RawReader
{
    /// <summary>All records: in the files' order, or where <see cref="DataOptions.Shuffle"/> says so in one drawn with its seed.</summary>
    public static IEnumerable<RawBatch> Read(IReadOnlyList<InputFile> files, DataOptions options) => options.Shuffle ? Shuffled(files, options) : InOrder(files, options);

    private static IEnumerable<RawBatch> InOrder(IReadOnlyList<InputFile> files, DataOptions options)
    {
        var batch = new RawBatch();
        for (var number = 0; number < files.Count; number++)
        {
            using var cutter = RecordCutter.Open(files[number], options);
            while (cutter.MoveNext())
            {
                batch.Add(number, cutter.Number, cutter.Bytes.Span, cutter.Continues, cutter.Problem);
                if (batch.IsFull)
                {
                    yield return batch;
                    batch = new RawBatch();
                }
            }
        }

        if (batch.Records.Count > 0)
        {
            yield return batch;
        }
    }

    private static IEnumerable<RawBatch> Shuffled(IReadOnlyList<InputFile> files, DataOptions options)
    {
        using var index = RecordIndex.Build(files, options);
        var batch = new RawBatch();
        foreach (var number in index.Order(options.DataSeed))
        {
            index.Read(number, batch);
            if (batch.IsFull)
            {
                yield return batch;
                batch = new RawBatch();
            }
        }

        if (batch.Records.Count > 0)
        {
            yield return batch;
        }
    }
}
