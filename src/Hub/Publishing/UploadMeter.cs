namespace LoraDiff.Hub.Publishing;

/// <summary>Counts what was sent, from several threads.</summary>
internal sealed class UploadMeter(IProgress<UploadProgress>? progress)
{
    private readonly Lock _gate = new();
    private long _bytes;
    private long _totalBytes;
    private int _files;
    private int _totalFiles;

    public void Expect(int files, long bytes) => Change(() => (_totalFiles, _totalBytes) = (_totalFiles + files, _totalBytes + bytes));

    public void Arrived() => Change(() => _files++);

    public void Sent(Part part, int bytes) => Change(() => (part.Bytes, _bytes) = (part.Bytes + bytes, _bytes + bytes));

    /// <summary>What was counted for a part is taken back, because it is sent again.</summary>
    public void Restart(Part part)
    {
        if (part.Bytes > 0)
        {
            Change(() => (part.Bytes, _bytes) = (0, _bytes - part.Bytes));
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
            progress?.Report(new UploadProgress(_bytes, _totalBytes, _files, _totalFiles));
        }
    }

    /// <summary>One request's share.</summary>
    internal sealed class Part
    {
        public long Bytes { get; set; }
    }
}
