namespace LoraDiff.Safetensors;

/// <summary>A tensor to be written: what its header entry says, and a callback that supplies the bytes when their turn comes.</summary>
/// <param name="Name">Any text without lone surrogates, except <c>__metadata__</c>.</param>
/// <param name="Dtype">The element type.</param>
/// <param name="Shape">The sizes, outermost first; empty for a scalar.</param>
/// <param name="Write">Writes exactly the tensor's little-endian, row-major bytes to the stream it is given. Called once per file written, in the file's order.</param>
public sealed record TensorSource(string Name, SafetensorsDtype Dtype, IReadOnlyList<long> Shape, Action<Stream> Write)
{
    /// <summary>A tensor whose bytes are at hand.</summary>
    public static TensorSource FromBytes(string name, SafetensorsDtype dtype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes)
        => new(name, dtype, shape, stream => stream.Write(bytes.Span));

    /// <summary>A tensor taken over from another file.</summary>
    public static TensorSource FromFile(SafetensorsFile file, SafetensorsTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(tensor);
        return new(tensor.Name, tensor.Dtype, tensor.Shape, stream => file.CopyTo(tensor, stream));
    }
}
