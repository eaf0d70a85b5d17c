using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;

namespace LoraDiff.Conversion;

/// <summary>The mask token's row of the embedding must be trained, because no text taught the model what it means.</summary>
internal static class MaskRow
{
    private static readonly string Embedding = CheckpointWriter.EmbeddingWeight[..CheckpointWriter.EmbeddingWeight.LastIndexOf('.')];

    /// <summary>The options with that row among the trained ones, beside those that are named; as they are where the embedding is trained as a whole or by factors, which train its rows too.</summary>
    public static LoraOptions Add(LoraOptions options, int maskTokenId)
    {
        if (options.TrainableTokens is not { } tokens)
        {
            return IsTrained(options) ? options : options with { TrainableTokens = TokenRows.Of(maskTokenId) };
        }

        if (tokens.ByModule is not { } named)
        {
            return options with { TrainableTokens = TokenRows.Of([.. With(tokens.Rows!, maskTokenId)]) };
        }

        var ours = named.Keys.FirstOrDefault(name => Embedding.EndsWith(name, StringComparison.Ordinal)) ?? Embedding;
        var byModule = new OrderedDictionary<string, IReadOnlyList<long>>(named) { [ours] = With(named.GetValueOrDefault(ours, []), maskTokenId) };
        return options with { TrainableTokens = TokenRows.In(byModule) };
    }

    private static IReadOnlyList<long> With(IReadOnlyList<long> rows, int maskTokenId) => rows.Contains(maskTokenId) ? rows : [.. rows, maskTokenId];

    private static bool IsTrained(LoraOptions options)
        => options.ModulesToSave?.Any(name => Embedding.EndsWith(name, StringComparison.Ordinal)) == true
            || (options.TargetModules?.Matches(Embedding) == true && options.ExcludeModules?.Matches(Embedding) != true);
}
