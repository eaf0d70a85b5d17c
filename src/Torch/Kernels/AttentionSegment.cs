namespace LoraDiff.Native;

/// <summary>A run of query rows that see the same keys: <paramref name="First"/> and <paramref name="Second"/>, which do not overlap.</summary>
/// <param name="QueryStart">First query row.</param>
/// <param name="QueryCount">Number of query rows.</param>
/// <param name="First">Keys that are seen.</param>
/// <param name="Second">More keys that are seen; empty by default.</param>
public readonly record struct AttentionSegment(int QueryStart, int QueryCount, KeyRange First, KeyRange Second = default);
