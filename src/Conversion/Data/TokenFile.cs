using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>
/// A memory-mapped file of tokenised documents: the tokens (int32), an entry a document, the counts as JSON, and a trailer with sizes and a SHA-256 over everything before it.
/// </summary>
internal sealed class TokenFile : SampleStore
{
    public const int TrailerBytes = 64;
    private const int EntryBytes = 32;
    private const int HashBytes = 32;
    private const uint Version = 1;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long _entries;

    private TokenFile(MemoryMappedFile file, long entries, int count, DataSummary summary)
    {
        (_file, _entries, Count, Summary) = (file, entries, count, summary);
        _view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    private static ReadOnlySpan<byte> Magic => "LDTOKENS"u8;

    public override int Count { get; }

    public DataSummary Summary { get; }

    public override TrainingSample this[int index]
    {
        get
        {
            var entry = Entry(index);
            var first = index == 0 ? 0 : Entry(index - 1).End;
            var ids = new int[entry.End - first];
            _view.ReadArray(first * sizeof(int), ids, 0, ids.Length);
            return new TrainingSample(ids, entry.CompletionStart, entry.Complete != 0, entry.Kind < 0 ? null : Summary.Kinds[entry.Kind]);
        }
    }

    /// <summary>Opens a file and checks all of it.</summary>
    /// <returns>Null where there is none, or it is damaged.</returns>
    public static TokenFile? Open(string path, out bool damaged, CancellationToken cancellationToken)
    {
        damaged = false;
        FileStream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        try
        {
            if (Check(stream, cancellationToken) is { } file)
            {
                return file;
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        stream.Dispose();
        damaged = true;
        return null;
    }

    /// <summary>Maps a file that was just written.</summary>
    public static TokenFile Map(FileStream stream, long tokens, int count, DataSummary summary)
        => new(MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false), tokens * sizeof(int), count, summary);

    /// <summary>The trailer: magic, version, bytes of JSON, documents, tokens, hash.</summary>
    public static void WriteTrailer(Span<byte> trailer, int json, long documents, long tokens)
    {
        Magic.CopyTo(trailer);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[8..], Version);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[12..], json);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[16..], documents);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[24..], tokens);
    }

    public override int Source(int index) => Entry(index).Source;

    public override ulong SplitHash(int index) => Entry(index).SplitHash;

    public override void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        base.Dispose();
    }

    private static TokenFile? Check(FileStream stream, CancellationToken cancellationToken)
    {
        if (stream.Length < TrailerBytes)
        {
            return null;
        }

        var trailer = new byte[TrailerBytes];
        stream.Position = stream.Length - TrailerBytes;
        stream.ReadExactly(trailer);
        var (json, documents, tokens) = (BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(12)), BinaryPrimitives.ReadInt64LittleEndian(trailer.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(trailer.AsSpan(24)));
        if (!trailer.AsSpan(0, 8).SequenceEqual(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(trailer.AsSpan(8)) != Version
            || json < 0 || documents is < 0 or > int.MaxValue || tokens < 0 || (Int128)tokens * sizeof(int) + ((Int128)documents * EntryBytes) + json + TrailerBytes != stream.Length)
        {
            return null;
        }

        stream.Position = 0;
        if (!TokenCache.HashOf(stream, stream.Length - HashBytes, cancellationToken).AsSpan().SequenceEqual(trailer.AsSpan(TrailerBytes - HashBytes)))
        {
            return null;
        }

        var text = new byte[json];
        stream.Position = stream.Length - TrailerBytes - json;
        stream.ReadExactly(text);
        return Map(stream, tokens, (int)documents, JsonSerializer.Deserialize<DataSummary>(text)!);
    }

    private TokenEntry Entry(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _view.Read(_entries + ((long)index * EntryBytes), out TokenEntry entry);
        return entry;
    }
}
