using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LoraDiff.Hub.Tests.Fake;

/// <summary>A file of a fake repository: held in memory, or on disk where it is large. Large files are LFS files, known by their sha256; others by their git blob hash.</summary>
public sealed class FakeFile
{
    private readonly byte[]? _bytes;
    private readonly string? _path;

    public FakeFile(byte[] bytes, bool lfs)
    {
        (_bytes, IsLfs, Size) = (bytes, lfs, bytes.Length);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        BlobSha1 = GitHash(bytes);
    }

    public FakeFile(string path, string sha256)
    {
        (_path, IsLfs, Size, Sha256) = (path, true, new FileInfo(path).Length, sha256);
        BlobSha1 = GitHash(Encoding.UTF8.GetBytes($"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {Size}\n"));
    }

    public bool IsLfs { get; }

    public long Size { get; }

    public string Sha256 { get; }

    public string BlobSha1 { get; }

    public string Etag => IsLfs ? Sha256 : BlobSha1;

    public byte[] Bytes => _bytes ?? File.ReadAllBytes(_path!);

    public string Text => Encoding.UTF8.GetString(Bytes);

    public Stream Open() => _bytes is null ? new FileStream(_path!, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, useAsync: false) : new MemoryStream(_bytes, writable: false);

    public static string GitHash(byte[] bytes)
    {
        byte[] head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes.Length}\0"));
        return Convert.ToHexStringLower(SHA1.HashData([.. head, .. bytes]));
    }
}
