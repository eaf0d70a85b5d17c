using System.Globalization;
using System.Text.Json.Serialization;

namespace LoraDiff.Cli.Inspection;

/// <summary>What <c>inspect</c> found. Parts that a kind of path does not have are null and are left out of the JSON.</summary>
internal sealed record InspectionReport
{
    public required string Kind { get; init; }

    public required string Path { get; init; }

    public required long Parameters { get; init; }

    public required long Bytes { get; init; }

    public required int TensorCount { get; init; }

    public required IReadOnlyDictionary<string, long> ParametersByDtype { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ModelSummary? Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AdapterSummary? Adapter { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TensorSummary>? Tensors { get; init; }

    /// <summary>The report as name and value pairs for reading.</summary>
    public IEnumerable<(string Name, string Value)> Lines()
    {
        yield return (Kind, Path);
        if (Model is { } model)
        {
            yield return ("model type", model.ModelType);
            yield return ("layers", $"{model.Layers} of width {model.HiddenSize}, MLP {model.IntermediateSize}");
            yield return ("heads", $"{model.Heads} query, {model.KeyValueHeads} key/value, {model.HeadDim} wide");
            yield return ("vocabulary", string.Create(CultureInfo.InvariantCulture, $"{model.VocabularySize:N0} rows, {(model.TieWordEmbeddings ? "head tied to the embedding" : "own head")}"));
            yield return ("positions", model.MaxPositions.ToString("N0", CultureInfo.InvariantCulture));
            yield return ("end tokens", string.Join(", ", model.EosTokenIds));
            yield return ("tokenizer", model.HasTokenizer ? "tokenizer.json" : "none");
            yield return ("chat template", model.HasChatTemplate ? "yes" : "no");
        }

        if (Adapter is { } adapter)
        {
            yield return ("base model", adapter.BaseModel ?? "not recorded");
            yield return ("rank", string.Create(CultureInfo.InvariantCulture, $"{adapter.Rank}, alpha {adapter.Alpha}"));
            yield return ("targets", string.Join(", ", adapter.TargetModules));
            yield return ("recipe", adapter.Recipe is null ? "none (no loradiff.json: not a block-diffusion adapter of LoraDiff)"
                : string.Create(CultureInfo.InvariantCulture, $"{adapter.Recipe}, block size {adapter.BlockSize}, threshold {adapter.Threshold}, mask token {adapter.MaskTokenId}"));
        }

        yield return ("parameters", string.Create(CultureInfo.InvariantCulture, $"{Parameters:N0} in {TensorCount} tensors ({string.Join(", ", ParametersByDtype.Select(p => $"{p.Key}: {p.Value:N0}"))})"));
        yield return ("bytes", Bytes.ToString("N0", CultureInfo.InvariantCulture));
        foreach (var (key, value) in Metadata ?? new Dictionary<string, string>())
        {
            yield return ($"metadata {key}", value);
        }
    }
}
