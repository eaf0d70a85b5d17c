namespace LoraDiff.Hub.Publishing;

/// <summary>What the Hub takes in one commit; more is split into several.</summary>
/// <param name="LargeFiles">LFS files: 25,000 by the Hub's documentation.</param>
/// <param name="SmallFiles">Files inside the commit; the Hub has about a minute for them.</param>
/// <param name="SmallBytes">Their bytes, before base64 makes four of three: about 1 GB of text is taken.</param>
internal sealed record CommitLimits(int LargeFiles = 25_000, int SmallFiles = 25_000, long SmallBytes = 700_000_000);
