using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace LoraDiff.Conversion.Data;

/// <summary>Writes a <see cref="TokenFile"/> under a temporary name; it is there under its own only when it is whole.</summary>
internal sealed class TokenFileWriter : IDisposable
{
    private const int BufferBytes = 1 << 18;
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly string? _path;
    private readonly string _temporary;
    private readonly FileStream _tokens;
    private readonly FileStream _entries;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, int> _kinds = new(StringComparer.Ordinal);
    private readonly DataSummary _summary;
    private long _tokenCount;
    private int _count;
    private bool _finished;

    /// <param name="path">Where the file goes; null for a file without a name that goes away when it is closed.</param>
    /// <param name="summary">Gets the kinds, and is written at the end.</param>
    public TokenFileWriter(string? path, DataSummary summary)
    {
        (_path, _summary) = (path, summary);
        var folder = path is null ? Path.GetTempPath() : Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        if (path is not null)
        {
            RemoveAbandoned(folder);
        }

        _temporary = Path.Combine(folder, $"loradiff-{Environment.ProcessId}-{Guid.NewGuid():N}.tmp");
        _tokens = new FileStream(_temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, BufferBytes, path is null ? FileOptions.DeleteOnClose : FileOptions.None);
        _entries = new FileStream(_temporary + ".entries.tmp", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes, FileOptions.DeleteOnClose);
    }

    public void Add(PreparedDocument document)
    {
        var sample = document.Sample;
        var kind = -1;
        if (sample.Kind is not null && !_kinds.TryGetValue(sample.Kind, out kind))
        {
            kind = _kinds[sample.Kind] = _kinds.Count;
            _summary.Kinds.Add(sample.Kind);
        }

        Write(MemoryMarshal.AsBytes<int>(sample.Ids));
        _tokenCount += sample.Ids.Length;
        _count++;
        var entry = new TokenEntry(_tokenCount, document.SplitHash, sample.CompletionStart, kind, document.Source, sample.Complete ? 1 : 0);
        _entries.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<TokenEntry>(in entry)));
    }

    /// <summary>Completes the file, puts it in its place and opens it.</summary>
    public TokenFile Finish()
    {
        _entries.Position = 0;
        var buffer = new byte[BufferBytes];
        for (var read = 0; (read = _entries.Read(buffer)) > 0;)
        {
            Write(buffer.AsSpan(0, read));
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(_summary);
        Write(json);
        var trailer = new byte[TokenFile.TrailerBytes];
        TokenFile.WriteTrailer(trailer, json.Length, _count, _tokenCount);
        _hash.AppendData(trailer, 0, trailer.Length - SHA256.HashSizeInBytes);
        _hash.GetHashAndReset(trailer.AsSpan(trailer.Length - SHA256.HashSizeInBytes));
        _tokens.Write(trailer);
        _tokens.Flush(flushToDisk: _path is not null);
        if (_path is not null)
        {
            // Another process may have been faster; its file holds the same, and those who have it open keep it.
            File.Move(_temporary, _path, overwrite: true);
        }

        _finished = true;
        return TokenFile.Map(_tokens, _tokenCount, _count, _summary);
    }

    public void Dispose()
    {
        _entries.Dispose();
        _hash.Dispose();
        if (!_finished)
        {
            _tokens.Dispose();
            File.Delete(_temporary);
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _tokens.Write(bytes);
        if (_path is not null)
        {
            _hash.AppendData(bytes);   // a file without a name is never opened again
        }
    }

    // What a killed process left; one that still runs has written to its file in the last day.
    private static void RemoveAbandoned(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "loradiff-*.tmp").Where(file => DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > Abandoned))
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Somebody else's, in a folder that is shared: whose it is can delete it.
            }
        }
    }
}
