using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Export;

/// <summary>Which id and name the mask token has in an exported folder, and which rows of the vocabulary change for it.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="Literal">Its text there.</param>
/// <param name="TrainedId">The id that it was trained with. Where it differs, that row moves to <paramref name="Id"/> and the base's row comes back in its place.</param>
/// <param name="Rows">Rows of embedding and head there.</param>
internal sealed record MaskTokenPlan(int Id, string Literal, int TrainedId, int Rows)
{
    public bool Moves => Id != TrainedId;

    private const string DefaultLiteral = "<|mask|>";

    /// <param name="trained">The recipe's mask token.</param>
    /// <param name="tokenizer">The base model's tokenizer, or null.</param>
    /// <param name="rows">Rows of its vocabulary.</param>
    /// <param name="literal">What the target calls the mask; null where any name will do.</param>
    /// <param name="choice">What to do where the row belongs to another token.</param>
    /// <param name="padTo">What a grown number of rows is made a multiple of.</param>
    /// <exception cref="ExportException">The row belongs to another token and nobody said what to do about that, or the wanted name does.</exception>
    public static MaskTokenPlan Make(int trained, Tokenizer? tokenizer, int rows, string? literal, MaskTokenChoice choice, int padTo)
    {
        if (trained >= rows)
        {
            throw new ExportException($"The recipe's mask_token_id is {trained}, but the vocabulary of this base model has {rows} rows. Is the adapter of another model?");
        }

        var name = tokenizer?.IdToToken(trained);
        var canRename = name is null || tokenizer!.AddedTokens.Any(token => token.Id == trained);
        var isMask = name is not null && Conversion.MaskToken.IsName(name);
        var wanted = isMask && (literal is null || !canRename) ? name! : literal ?? DefaultLiteral;
        if (tokenizer?.TokenToId(wanted) is { } taken && taken != trained)
        {
            throw new ExportException($"The target calls its mask token '{wanted}', which this tokenizer has as token {taken}, but the adapter was trained with {trained}. Train with mask_token_id={taken}, or choose another target.");
        }

        if (name is null || name == wanted || isMask)
        {
            return new MaskTokenPlan(trained, wanted, trained, rows);
        }

        switch (choice)
        {
            case MaskTokenChoice.Resize:
                var id = Conversion.MaskToken.FirstUnused(tokenizer!, rows);
                while (tokenizer!.IdToToken(id) is not null)
                {
                    id++; // a tokenizer may know more tokens than the table has rows
                }

                return new MaskTokenPlan(id, wanted, trained, id < rows ? rows : (id + padTo) / padTo * padTo);
            case MaskTokenChoice.Reserved when canRename:
                return new MaskTokenPlan(trained, wanted, trained, rows);
            case MaskTokenChoice.Reserved:
                throw new ExportException($"The mask was trained in the row of '{name}' ({trained}), an ordinary token of the vocabulary that cannot be renamed. Use --mask-token resize.");
            default:
                throw new ExportException(
                    $"The mask was trained in the row of the token '{name}' ({trained}). Say what becomes of it: --mask-token resize moves the mask to a row of its own, --mask-token reserved renames the token to '{wanted}'.");
        }
    }
}
