namespace LoraDiff.Hub.Tests.Fake;

/// <summary>Passes bytes on, one of them changed.</summary>
internal sealed class ChangedStream(Stream inner, long at) : Stream
{
    private long _position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (at >= _position && at < _position + buffer.Length)
        {
            var changed = buffer.ToArray();
            changed[at - _position] ^= 1;
            buffer = changed;
        }
        _position += buffer.Length;
        await inner.WriteAsync(buffer, cancellationToken);
    }
}
