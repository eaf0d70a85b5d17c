using System.Globalization;
using System.Text;

namespace LoraDiff.Conversion.Data;

/// <summary>Makes records of bytes. Safe to use from several threads.</summary>
internal sealed class RecordReader(IReadOnlyList<InputFile> files, DataOptions options)
{
    /// <exception cref="DataException">The bytes are no record.</exception>
    public DataRecord Read(RawBatch batch, RawRecord raw)
    {
        var location = string.Create(CultureInfo.InvariantCulture, $"{files[raw.File].Path}:{raw.Line}");
        if (raw.Problem is not null)
        {
            throw new DataException($"{location}: {raw.Problem}");
        }

        if (!files[raw.File].IsText)
        {
            return DataRecord.Parse(batch.Bytes(raw), location, options.Columns);
        }

        var bytes = batch.Bytes(raw).Span;
        Utf8Text.Require(bytes, location);
        var text = Encoding.UTF8.GetString(bytes);
        return new DataRecord { Location = location, Text = text.Contains('\r', StringComparison.Ordinal) ? text.ReplaceLineEndings("\n") : text, Continues = raw.Continues };
    }

    /// <summary>The record, or why there is none.</summary>
    public (DataRecord? Record, DataException? Error) TryRead(RawBatch batch, RawRecord raw)
    {
        try
        {
            return (Read(batch, raw), null);
        }
        catch (DataException e)
        {
            return (null, e);
        }
    }
}
