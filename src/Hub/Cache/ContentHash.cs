using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LoraDiff.Hub.Cache;

/// <summary>The hash that a file's etag is: sha256 of an LFS file, git's blob id of another. None where the etag is neither.</summary>
internal sealed class ContentHash : IDisposable
{
    private readonly IncrementalHash? _hash;

    internal ContentHash(string etag, long? size)
    {
        if (etag.Length == 64 && etag.All(char.IsAsciiHexDigit))
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        }
        else if (etag.Length == 40 && etag.All(char.IsAsciiHexDigit) && size is { } bytes)
        {
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            _hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {bytes}\0")));
        }
    }

    internal void Append(ReadOnlySpan<byte> bytes) => _hash?.AppendData(bytes);

    /// <summary>The hash in lower-case digits, or null where there is none to compare.</summary>
    internal string? Finish() => _hash is null ? null : Convert.ToHexStringLower(_hash.GetHashAndReset());

    public void Dispose() => _hash?.Dispose();
}
