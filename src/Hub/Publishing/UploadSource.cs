using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LoraDiff.Hub.Errors;

namespace LoraDiff.Hub.Publishing;

/// <summary>Bytes to upload, in a file or in memory; can be opened as often as needed.</summary>
internal sealed class UploadSource
{
    public const int SampleSize = 512;
    private const int BufferSize = 1 << 18;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string? _file;

    private UploadSource(string? file, ReadOnlyMemory<byte> bytes, long length) => (_file, _bytes, Length) = (file, bytes, length);

    public long Length { get; }

    public static UploadSource OfFile(string file)
    {
        // A file of the cache is a link, whose own length is that of its target's name.
        var info = new FileInfo(file) is var found && found.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : found;
        return info.Exists ? new(info.FullName, default, info.Length) : throw new FileNotFoundException($"There is no file {file} to upload.", file);
    }

    public static UploadSource OfBytes(ReadOnlyMemory<byte> bytes) => new(null, bytes, bytes.Length);

    /// <summary>All bytes; for small files.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAllAsync(CancellationToken cancellation)
    {
        var bytes = _file is null ? _bytes : await File.ReadAllBytesAsync(_file, cancellation).ConfigureAwait(false);
        return bytes.Length == Length ? bytes : throw Changed(bytes.Length);
    }

    /// <summary>The first bytes, by which the Hub tells text from binary.</summary>
    public byte[] Sample()
    {
        if (_file is null)
        {
            return _bytes[..Math.Min(_bytes.Length, SampleSize)].ToArray();
        }

        using var handle = File.OpenHandle(_file);
        var sample = new byte[(int)Math.Min(Length, SampleSize)];
        return sample[..RandomAccess.Read(handle, sample, 0)];
    }

    /// <summary>Copies a slice to a stream.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="count">Bytes; exactly so many are written.</param>
    /// <param name="copied">Told about each piece that was written.</param>
    /// <param name="cancellation">Looked at before each piece.</param>
    public async Task CopyAsync(Stream target, long offset, long count, Action<int>? copied, CancellationToken cancellation)
    {
        if (_file is null)
        {
            await target.WriteAsync(_bytes.Slice((int)offset, (int)count), cancellation).ConfigureAwait(false);
            copied?.Invoke((int)count);
            return;
        }

        using var handle = File.OpenHandle(_file, options: FileOptions.Asynchronous);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, Math.Max(count, 1)));
        try
        {
            for (var left = count; left > 0;)
            {
                var read = await RandomAccess.ReadAsync(handle, buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), offset, cancellation).ConfigureAwait(false);
                if (read == 0)
                {
                    throw Changed(offset);
                }

                await target.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                (left, offset) = (left - read, offset + read);
                copied?.Invoke(read);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The name of an LFS object.</summary>
    public Task<string> Sha256Async(CancellationToken cancellation) => HashAsync(HashAlgorithmName.SHA256, [], cancellation);

    /// <summary>The name of a git blob.</summary>
    public Task<string> BlobSha1Async(CancellationToken cancellation) => HashAsync(HashAlgorithmName.SHA1, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {Length}\0")), cancellation);

    private async Task<string> HashAsync(HashAlgorithmName name, byte[] head, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(name);
        hash.AppendData(head);
        if (_file is null)
        {
            hash.AppendData(_bytes.Span);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }

        using var handle = File.OpenHandle(_file);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Min(BufferSize, Math.Max(Length, 1)));
        try
        {
            await Task.Yield();
            for (long offset = 0; offset < Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(handle, buffer, offset);
                hash.AppendData(buffer, 0, (int)Math.Min(read, Length - offset));
                offset = read == 0 ? throw Changed(offset) : offset + read;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Called before each attempt, so that a file that is being written to ends the upload instead of looking like a lost connection.</summary>
    public void RequireUnchanged()
    {
        if (_file is not null && new FileInfo(_file) is var now && (!now.Exists || now.Length != Length))
        {
            throw Changed(now.Exists ? now.Length : 0);
        }
    }

    private HubException Changed(long found) => new($"{_file ?? "The content"} had {Length} bytes when the upload began and has {found} now. Push again when nothing writes to it.");
}
