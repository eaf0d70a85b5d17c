using System.Globalization;

namespace LoraDiff.Conversion.Data;

/// <summary>Cuts one file into records, as bytes.</summary>
internal abstract class RecordCutter : IDisposable
{
    /// <summary>Line of the present record, from 1: its first.</summary>
    public long Number { get; protected set; }

    /// <summary>Offset of the present record in the file.</summary>
    public long Offset { get; protected set; }

    /// <summary>Bytes of the present record; valid until the next one.</summary>
    public ReadOnlyMemory<byte> Bytes { get; protected set; }

    /// <summary>Whether the text goes on in the next record.</summary>
    public bool Continues { get; protected set; }

    /// <summary>Why the present record's bytes were not kept, or null.</summary>
    public string? Problem { get; protected set; }

    /// <summary>The cutter that a file needs.</summary>
    public static RecordCutter Open(InputFile file, DataOptions options)
        => file.IsText && options.TextUnit == TextUnit.File ? new TextCutter(file.Path) : new LineScanner(file.Path, options.MaxLineBytes);

    /// <summary>Opens a file that may be written to, renamed or deleted meanwhile.</summary>
    public static FileStream OpenFile(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);

    /// <summary>Goes to the next record that is not blank.</summary>
    /// <returns>False after the last.</returns>
    public bool MoveNext()
    {
        while (Cut())
        {
            if (Problem is not null || Bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    protected abstract bool Cut();

    protected static string TooLong(int maxBytes) => string.Create(CultureInfo.InvariantCulture, $"the line is longer than {maxBytes:N0} bytes. Raise max_line_bytes, or is the file not JSONL?");
}
