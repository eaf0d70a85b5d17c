namespace LoraDiff.Tokenizers.Models;

/// <summary>A word that took merging.</summary>
/// <param name="Word">Its bytes.</param>
/// <param name="Ids">Its tokens.</param>
/// <param name="Ends">Where each ends, in bytes; null where nobody has asked yet.</param>
internal sealed record CachedWord(byte[] Word, int[] Ids, int[]? Ends);
