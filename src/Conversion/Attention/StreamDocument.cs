namespace LoraDiff.Conversion.Attention;

/// <summary>One document of a <see cref="StreamLayout"/>, and which of its rows are there.</summary>
/// <param name="Layout">Its blocks.</param>
/// <param name="NoisyBlocks">
/// Blocks whose noisy rows are kept, ascending; null keeps all. A noisy block is seen by no other row when there is a clean copy, so that leaving one out changes nothing else. Without a clean copy all must stay.
/// </param>
/// <param name="CleanRows">Clean rows kept, from the document's start; null keeps all. Must cover what the kept noisy blocks see.</param>
public sealed record StreamDocument(BlockLayout Layout, IReadOnlyList<int>? NoisyBlocks = null, int? CleanRows = null);
