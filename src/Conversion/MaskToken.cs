using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion;

/// <summary>Chooses the token that stands for a missing one.</summary>
internal static class MaskToken
{
    // What published diffusion models and their tokenizers call it.
    private static readonly string[] Names = ["<|MASK|>", "|<MASK>|", "<|mask|>", "[MASK]", "<mask>", "<|mdm_mask|>"];

    /// <summary>
    /// A token that is called mask; else the first row of the embedding that no token uses (tables are padded: Qwen3 has 267 such rows); else the first reserved token of Llama 3.
    /// </summary>
    /// <exception cref="RecipeException">There is none.</exception>
    public static int Choose(Tokenizer tokenizer, int rows)
    {
        foreach (var name in Names)
        {
            if (tokenizer.TokenToId(name) is { } id && id < rows)
            {
                return id;
            }
        }

        var used = FirstUnused(tokenizer, rows);
        return used < rows ? used : tokenizer.TokenToId("<|reserved_special_token_0|>")
            ?? throw new RecipeException($"The tokenizer has no mask token, and all {rows} rows of the embedding are in use. Name one that no text of yours contains: mask_token_id.");
    }

    /// <summary>Refuses a token that the model's embedding has no row for.</summary>
    /// <exception cref="RecipeException">It has none; the message says which rows there are.</exception>
    public static void Require(int id, int rows)
        => Settings.Require(id >= 0 && id < rows, "mask_token_id", id, $"one of the embedding's {rows} rows, 0 to {rows - 1}: a token that no text of yours contains. Left unset, one is chosen");

    /// <summary>Whether a token is called so because it is a mask.</summary>
    public static bool IsName(string token) => Names.Contains(token, StringComparer.Ordinal);

    /// <summary>The first row after the last one that a token uses; the number of rows where all are in use.</summary>
    public static int FirstUnused(Tokenizer tokenizer, int rows)
    {
        var used = rows;
        while (used > 0 && tokenizer.IdToToken(used - 1) is null)
        {
            used--;
        }

        return used;
    }
}
