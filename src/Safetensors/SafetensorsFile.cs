using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace LoraDiff.Safetensors;

/// <summary>
/// A safetensors file opened for reading. Its header is validated as a whole before anything else; data are read straight into the caller's memory.
/// Reading is thread-safe.
/// </summary>
/// <remarks>
/// Data are read with positioned reads rather than through a memory map: the copy out of the page cache is the only one either way, and a file that
/// shrinks while it is mapped kills the process, where a read reports <see cref="SafetensorsRule.FileChanged"/>.
/// </remarks>
public sealed class SafetensorsFile : IDisposable
{
    // One positioned read moves at most 2 GiB on Linux; slices of this size also split well between two readers.
    private const int Slice = 1 << 26;
    private const long ParallelFrom = 1 << 22;

    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsTensor> _byName;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header)
    {
        Path = path;
        _handle = handle;
        _header = header;
        _byName = header.Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The path that was opened.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _header.Tensors;

    /// <summary>The header's free-form text values; null where the file has none, which is legal.</summary>
    public IReadOnlyDictionary<string, string>? Metadata => _header.Metadata;

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="SafetensorsException">There is none.</exception>
    public SafetensorsTensor this[string name] => _byName.TryGetValue(name, out var tensor)
        ? tensor
        : throw new SafetensorsException(SafetensorsRule.TensorNotFound, Path, name, $"not among the {_byName.Count} tensors of the file.");

    /// <summary>Opens a file and validates its header.</summary>
    /// <exception cref="SafetensorsException">The file breaks a rule of the format.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static SafetensorsFile Open(string path)
    {
        // Others may read and replace the file (rename), which leaves this handle on the old one.
        var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            return new SafetensorsFile(path, handle, ReadHeader(path, handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>Reads a tensor's bytes into managed or native memory of exactly its length.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="destination">Filled completely, unless cancelled.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    public unsafe void Read(SafetensorsTensor tensor, Span<byte> destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        fixed (byte* first = destination)
        {
            Read(tensor, (nint)first, destination.Length, cancellationToken);
        }
    }

    /// <summary>Reads a tensor's bytes to an address, without any copy in between; large tensors by two readers at once.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="destination">Where its first byte goes.</param>
    /// <param name="length">The length of the memory there, which must be the tensor's.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    /// <exception cref="SafetensorsException">The file became shorter since it was opened.</exception>
    public void Read(SafetensorsTensor tensor, nint destination, long length, CancellationToken cancellationToken = default)
    {
        CheckOwn(tensor);
        if (length != tensor.ByteLength)
        {
            throw new ArgumentException($"'{tensor.Name}' has {tensor.ByteLength} bytes, the memory for it has {length}.", nameof(length));
        }

        if (length < ParallelFrom || Environment.ProcessorCount == 1)
        {
            ReadRange(tensor, destination, 0, length, cancellationToken);
            return;
        }

        // Copying out of the page cache into fresh memory is bound by page faults, which two threads take side by side.
        var slice = Math.Min(Slice, (length / 2 + 4095) & ~4095L);
        var slices = (length + slice - 1) / slice;
        try
        {
            Parallel.For(0, slices, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = cancellationToken }, i =>
                ReadRange(tensor, destination, i * slice, Math.Min(length, (i + 1) * slice), cancellationToken));
        }
        catch (AggregateException e) when (e.InnerException is { } cause)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
        }
    }

    /// <summary>Reads a part of a tensor's bytes, for callers that cut up the work themselves.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="start">The first byte, counted from the tensor's.</param>
    /// <param name="destination">Filled completely, unless cancelled.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    public unsafe void ReadRange(SafetensorsTensor tensor, long start, Span<byte> destination, CancellationToken cancellationToken = default)
    {
        CheckOwn(tensor);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, tensor.ByteLength - destination.Length);
        fixed (byte* first = destination)
        {
            ReadRange(tensor, (nint)first - (nint)start, start, start + destination.Length, cancellationToken);
        }
    }

    /// <summary>Reads a tensor's bytes into a new array; for small tensors.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="cancellationToken">Looked at every few megabytes.</param>
    public byte[] ReadAll(SafetensorsTensor tensor, CancellationToken cancellationToken = default)
    {
        CheckOwn(tensor);
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)tensor.ByteLength));
        Read(tensor, bytes, cancellationToken);
        return bytes;
    }

    /// <summary>Copies a tensor's bytes to a stream through a small buffer.</summary>
    /// <param name="tensor">A tensor of this file.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="cancellationToken">Looked at every megabyte.</param>
    public void CopyTo(SafetensorsTensor tensor, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        CheckOwn(tensor);
        var buffer = new byte[(int)Math.Min(tensor.ByteLength, 1 << 20)];
        for (long done = 0; done < tensor.ByteLength;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(_handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, tensor.ByteLength - done)), tensor.Offset + done);
            ThrowIfNothing(read, tensor, done);
            destination.Write(buffer, 0, read);
            done += read;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private unsafe void ReadRange(SafetensorsTensor tensor, nint destination, long begin, long end, CancellationToken cancellationToken)
    {
        while (begin < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var span = new Span<byte>((byte*)destination + begin, (int)Math.Min(Slice, end - begin));
            var read = RandomAccess.Read(_handle, span, tensor.Offset + begin);
            ThrowIfNothing(read, tensor, begin);
            begin += read;
        }
    }

    private void ThrowIfNothing(int read, SafetensorsTensor tensor, long done)
    {
        if (read <= 0)
        {
            throw new SafetensorsException(SafetensorsRule.FileChanged, Path, tensor.Name,
                $"the file ends after {done} of the tensor's {tensor.ByteLength} bytes; it was longer when it was opened.");
        }
    }

    private void CheckOwn(SafetensorsTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (!_byName.TryGetValue(tensor.Name, out var own) || !ReferenceEquals(own, tensor))
        {
            throw new ArgumentException($"'{tensor.Name}' is not a tensor of {Path}.", nameof(tensor));
        }
    }

    private static SafetensorsHeader ReadHeader(string path, SafeFileHandle handle)
    {
        var length = RandomAccess.GetLength(handle);
        Span<byte> prefix = stackalloc byte[8];
        if (length < prefix.Length)
        {
            throw new SafetensorsException(SafetensorsRule.HeaderTooSmall, path, null, $"the file has {length} bytes; a safetensors file begins with an 8-byte header length.");
        }

        Fill(path, handle, prefix, 0);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafetensorsHeader.MaxLength)
        {
            throw new SafetensorsException(SafetensorsRule.HeaderTooLarge, path, null,
                $"the header would have {headerLength} bytes; at most {SafetensorsHeader.MaxLength} are allowed.{Hint(prefix)}");
        }

        var dataLength = length - prefix.Length - (long)headerLength;
        if (dataLength < 0)
        {
            throw new SafetensorsException(SafetensorsRule.InvalidHeaderLength, path, null,
                $"the header would have {headerLength} bytes, but only {length - prefix.Length} follow the length prefix.{Hint(prefix)}");
        }

        var text = GC.AllocateUninitializedArray<byte>((int)headerLength);
        Fill(path, handle, text, prefix.Length);
        return SafetensorsHeader.Parse(path, text, dataLength);
    }

    private static string Hint(ReadOnlySpan<byte> prefix)
        => prefix.SequenceEqual("version "u8) ? " It looks like a Git LFS pointer: fetch the real file (git lfs pull)."
            : prefix.StartsWith("PK\x03\x04"u8) ? " It looks like a PyTorch checkpoint (zip): convert it to safetensors first."
            : " Is it a safetensors file?";

    private static void Fill(string path, SafeFileHandle handle, Span<byte> destination, long offset)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(handle, destination, offset);
            if (read <= 0)
            {
                throw new SafetensorsException(SafetensorsRule.FileChanged, path, null, "the file became shorter while its header was read.");
            }

            destination = destination[read..];
            offset += read;
        }
    }
}
