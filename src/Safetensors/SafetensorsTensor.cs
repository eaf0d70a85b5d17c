namespace LoraDiff.Safetensors;

/// <summary>One tensor of a safetensors file: what its header entry says, already validated.</summary>
public sealed class SafetensorsTensor
{
    private readonly string _file;
    private readonly long[]? _shape;

    internal SafetensorsTensor(string file, string name, SafetensorsDtype dtype, ulong[] shape, long offset, long byteLength)
    {
        _file = file;
        Name = name;
        Dtype = dtype;
        UnsignedShape = shape;
        Offset = offset;
        ByteLength = byteLength;
        _shape = Array.TrueForAll(shape, d => d <= long.MaxValue) ? Array.ConvertAll(shape, d => (long)d) : null;
    }

    /// <summary>The name, which is any text.</summary>
    public string Name { get; }

    /// <summary>The element type.</summary>
    public SafetensorsDtype Dtype { get; }

    /// <summary>The sizes, outermost first; empty for a scalar.</summary>
    /// <exception cref="SafetensorsException">A size is above 2^63 − 1, which only a tensor without elements can have.</exception>
    public IReadOnlyList<long> Shape => _shape
        ?? throw new SafetensorsException(SafetensorsRule.ValidationOverflow, _file, Name, "a size of this empty tensor does not fit a signed 64-bit number.");

    /// <summary>Where its bytes begin, counted from the start of the file; need not be aligned to the element size.</summary>
    public long Offset { get; }

    /// <summary>The length of its little-endian, row-major bytes.</summary>
    public long ByteLength { get; }

    internal ulong[] UnsignedShape { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{SafetensorsException.Printable(Name)} {Dtype.Name()} [{string.Join(", ", UnsignedShape)}]";
}
