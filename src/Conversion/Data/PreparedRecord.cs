namespace LoraDiff.Conversion.Data;

/// <summary>What became of one record.</summary>
internal sealed class PreparedRecord
{
    /// <summary>Number of the file.</summary>
    public required int File { get; init; }

    /// <summary>Its documents.</summary>
    public List<PreparedDocument> Documents { get; } = [];

    /// <summary>A sentence for each document that was left out.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Why the record is an error; null where it is not.</summary>
    public DataException? Error { get; set; }

    /// <summary>Whether the record could be read; what could not be read does not count towards a limit.</summary>
    public bool IsRead { get; set; }
}
