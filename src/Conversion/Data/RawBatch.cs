namespace LoraDiff.Conversion.Data;

/// <summary>Some records' bytes, the unit of work of <see cref="DataPipeline"/>.</summary>
internal sealed class RawBatch
{
    // Small enough that the runtime does not keep it among large objects, which are cleared seldom.
    private const int TargetBytes = 1 << 16;
    private const int TargetRecords = 1024;

    private byte[] _bytes = new byte[TargetBytes + (TargetBytes / 4)];
    private int _used;

    public List<RawRecord> Records { get; } = [];

    public bool IsFull => _used >= TargetBytes || Records.Count >= TargetRecords;

    public void Add(int file, long line, ReadOnlySpan<byte> bytes, bool continues, string? problem) => bytes.CopyTo(Add(file, line, bytes.Length, continues, problem));

    /// <summary>Makes room for a record.</summary>
    /// <returns>Its bytes, to be written before the next record is added.</returns>
    public Span<byte> Add(int file, long line, int length, bool continues, string? problem)
    {
        if (_used + length > _bytes.Length)
        {
            Array.Resize(ref _bytes, _used + length);
        }

        Records.Add(new RawRecord(file, line, _used, length, continues, problem));
        _used += length;
        return _bytes.AsSpan(_used - length, length);
    }

    public ReadOnlyMemory<byte> Bytes(RawRecord record) => _bytes.AsMemory(record.Start, record.Length);
}
