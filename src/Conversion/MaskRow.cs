using LoraDiff.Adapters;
using LoraDiff.Conversion.Checkpoints;

namespace LoraDiff.Conversion;

/// <summary>The mask token's row of the embedding must be trained, because no text taught the model what it means.</summary>
internal static class MaskRow
{
    private static readonly string Embedding = Module(CheckpointWriter.EmbeddingWeight);
    private static readonly string Head = Module(CheckpointWriter.HeadWeight);

    /// <summary>The options with that row among the trained ones, beside those that are named; as they are where the embedding is trained as a whole or by factors, which train its rows too.</summary>
    public static LoraOptions Add(LoraOptions options, int maskTokenId)
    {
        if (options.TrainableTokens is not { } tokens)
        {
            return SettingThatTrains(Embedding, options) is not null ? options : options with { TrainableTokens = TokenRows.Of(maskTokenId) };
        }

        if (tokens.ByModule is not { } named)
        {
            return options with { TrainableTokens = TokenRows.Of([.. With(tokens.Rows!, maskTokenId)]) };
        }

        var ours = named.Keys.FirstOrDefault(name => Embedding.EndsWith(name, StringComparison.Ordinal)) ?? Embedding;
        var byModule = new OrderedDictionary<string, IReadOnlyList<long>>(named) { [ours] = With(named.GetValueOrDefault(ours, []), maskTokenId) };
        return options with { TrainableTokens = TokenRows.In(byModule) };
    }

    /// <summary>Refuses to train the head on its own where it shares the table that holds the row.</summary>
    /// <param name="options">What <see cref="Add"/> gave.</param>
    /// <param name="maskTokenId">The row.</param>
    /// <param name="tied">Whether the model's head and embedding are one table.</param>
    /// <exception cref="RecipeException">The head is named and the embedding is not.</exception>
    public static void RequireSharedHead(LoraOptions options, int maskTokenId, bool tied)
    {
        if (tied && options.TrainableTokens is not null && SettingThatTrains(Head, options) is { } setting)
        {
            throw new RecipeException($"{setting} names {Head}, which shares one table with {Embedding} in this model (tie_word_embeddings), and row {maskTokenId} of that table, the mask token's, must be trained. "
                + $"Leave {Head} out, so that the row is trained for both, or name {Embedding} beside it in {setting}, so that each is trained as a table of its own.");
        }
    }

    private static IReadOnlyList<long> With(IReadOnlyList<long> rows, int maskTokenId) => rows.Contains(maskTokenId) ? rows : [.. rows, maskTokenId];

    private static string Module(string weight) => weight[..weight.LastIndexOf('.')];

    private static string? SettingThatTrains(string module, LoraOptions options)
        => options.ModulesToSave?.Any(name => module.EndsWith(name, StringComparison.Ordinal)) == true ? "modules_to_save"
            : options.TargetModules?.Matches(module) == true && options.ExcludeModules?.Matches(module) != true ? "target_modules"
            : null;
}
