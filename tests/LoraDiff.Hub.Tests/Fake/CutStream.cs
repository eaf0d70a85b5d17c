namespace LoraDiff.Hub.Tests.Fake;

/// <summary>Passes on so many bytes, then ends the connection.</summary>
internal sealed class CutStream(Stream inner, long left, Action cut) : Stream
{
    private long _left = left;

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
        var count = (int)Math.Min(_left, buffer.Length);
        if (count > 0)
        {
            await inner.WriteAsync(buffer[..count], cancellationToken);
            await inner.FlushAsync(cancellationToken);
        }
        _left -= count;
        if (count < buffer.Length)
        {
            await Task.Delay(30, CancellationToken.None); // a reset overtakes bytes that the client has not read yet
            cut();
            throw new IOException("cut by a fault");
        }
    }
}
