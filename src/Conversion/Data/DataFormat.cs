namespace LoraDiff.Conversion.Data;

/// <summary>What a data file holds.</summary>
public enum DataFormat
{
    /// <summary>Text for <c>.txt</c>, <c>.text</c> and <c>.md</c>, JSONL for every other file.</summary>
    Auto,

    /// <summary>One JSON object a line.</summary>
    Jsonl,

    /// <summary>Plain text.</summary>
    Text,
}
