namespace LoraDiff.Native;

/// <summary>A run of key rows that a segment's queries may see.</summary>
/// <param name="Start">First key row.</param>
/// <param name="Count">Number of key rows; 0 means none.</param>
/// <param name="Causal">When set, query j of n sees all but the last n−1−j rows: the run and the queries are aligned at their ends.</param>
public readonly record struct KeyRange(int Start, int Count, bool Causal = false);
