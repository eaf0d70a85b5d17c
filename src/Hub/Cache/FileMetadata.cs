namespace LoraDiff.Hub.Cache;

/// <summary>What the Hub says of a file before it is downloaded.</summary>
/// <param name="Commit">The commit that the revision names.</param>
/// <param name="Etag">Names the content: a sha256 (64 digits) or a git blob id (40 digits).</param>
/// <param name="Size">Bytes, where known.</param>
internal sealed record FileMetadata(string Commit, string Etag, long? Size);
