namespace LoraDiff.Conversion.Data;

/// <summary>How many documents there are of some lengths.</summary>
/// <param name="From">Fewest tokens.</param>
/// <param name="To">Most tokens.</param>
/// <param name="Documents">Documents.</param>
public sealed record LengthCount(int From, int To, int Documents);
