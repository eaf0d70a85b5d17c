namespace LoraDiff.Conversion.Publishing;

/// <summary>What publishing made.</summary>
/// <param name="Commit">The commit; null where the adapter went to a folder.</param>
/// <param name="Url">Page of the commit or pull request, or the folder.</param>
/// <param name="Changed">Whether there was anything to change.</param>
/// <param name="Notes">A sentence for each thing that the card leaves out, and why.</param>
public sealed record PublishResult(string? Commit, Uri Url, bool Changed, IReadOnlyList<string> Notes);
