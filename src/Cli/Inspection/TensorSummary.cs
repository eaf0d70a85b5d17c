namespace LoraDiff.Cli.Inspection;

/// <summary>One tensor of a file.</summary>
internal sealed record TensorSummary(string Name, string Dtype, IReadOnlyList<long> Shape, long Bytes);
