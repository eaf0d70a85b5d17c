namespace LoraDiff.Cli.Inspection;

/// <summary>An adapter's configuration and recipe, as <c>inspect --json</c> names them.</summary>
internal sealed record AdapterSummary(
    string? BaseModel, int Rank, double Alpha, double Dropout, bool UseRslora, bool UseDora, IReadOnlyList<string> TargetModules, string? Recipe, int? BlockSize, double? Threshold, int? MaskTokenId);
