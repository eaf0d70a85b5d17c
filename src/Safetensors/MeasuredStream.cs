namespace LoraDiff.Safetensors;

/// <summary>Passes on exactly the declared number of bytes of one tensor.</summary>
internal sealed class MeasuredStream(Stream inner, string file, string tensor, long length) : Stream
{
    private long _written;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > length - _written)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidTensorView, file, tensor, $"its source writes more than the {length} bytes that dtype and shape take.");
        }

        inner.Write(buffer);
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void WriteByte(byte value) => Write([value]);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public void ExpectComplete()
    {
        if (_written != length)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidTensorView, file, tensor, $"its source wrote {_written} of the {length} bytes that dtype and shape take.");
        }
    }
}
