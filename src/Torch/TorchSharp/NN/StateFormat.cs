namespace TorchSharp.Utils;

/// <summary>TorchSharp's own stream format: LEB128 numbers; a tensor is type, rank, sizes, bytes.</summary>
internal static class StateFormat
{
    public static void WriteNumber(BinaryWriter writer, long value) => writer.Write7BitEncodedInt64(value);

    public static long ReadNumber(BinaryReader reader) => reader.Read7BitEncodedInt64();

    public static void WriteTensor(BinaryWriter writer, torch.Tensor tensor)
    {
        WriteNumber(writer, (long)tensor.dtype);
        var shape = tensor.shape;
        WriteNumber(writer, shape.Length);
        foreach (var size in shape)
            WriteNumber(writer, size);
        writer.Flush();
        using var scope = torch.NewDisposeScope();
        tensor.detach().cpu().contiguous().WriteBytesToStream(writer.BaseStream, 1 << 20);
    }

    /// <summary>Reads the next tensor into <paramref name="target"/>, or over it when null.</summary>
    public static void ReadTensor(BinaryReader reader, string name, torch.Tensor? target)
    {
        var (type, shape) = ReadHeader(reader);
        if (target is null)
        {
            Skip(reader.BaseStream, shape.Aggregate(torch.empty(0, dtype: type).ElementSize, (product, size) => product * size));
            return;
        }
        if (type != target.dtype || !shape.AsSpan().SequenceEqual(target.shape))
        {
            throw new ArgumentException(
                $"'{name}' is {type} [{string.Join(", ", shape)}] in the stream but {target.dtype} [{string.Join(", ", target.shape)}] here. "
                + "Was it saved from another model?");
        }
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var read = torch.empty(shape, dtype: type);
        read.ReadBytesFromStream(reader.BaseStream, 1 << 20);
        target.copy_(read);
    }

    /// <summary>Reads the next tensor into a new one on the CPU.</summary>
    public static torch.Tensor ReadTensor(BinaryReader reader)
    {
        var (type, shape) = ReadHeader(reader);
        var read = torch.empty(shape, dtype: type);
        read.ReadBytesFromStream(reader.BaseStream, 1 << 20);
        return read;
    }

    private static (torch.ScalarType Type, long[] Shape) ReadHeader(BinaryReader reader)
    {
        var type = (torch.ScalarType)ReadNumber(reader);
        var shape = new long[ReadNumber(reader)];
        for (var i = 0; i < shape.Length; i++)
            shape[i] = ReadNumber(reader);
        return (type, shape);
    }

    private static void Skip(Stream stream, long bytes)
    {
        if (stream.CanSeek)
        {
            stream.Seek(bytes, SeekOrigin.Current);
            return;
        }
        var buffer = new byte[1 << 16];
        for (; bytes > 0;)
        {
            var count = (int)Math.Min(bytes, buffer.Length);
            stream.ReadExactly(buffer, 0, count);
            bytes -= count;
        }
    }
}
