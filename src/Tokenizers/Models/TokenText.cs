using System.Text;
namespace LoraDiff.Tokenizers.Models;

/// <summary>Tokens as they are written in tokenizer.json.</summary>
internal static class TokenText
{
    /// <summary>The id of a token of the model's vocabulary, or null.</summary>
    public static int? Find(BpeModel model, IReadOnlyDictionary<int, string> oddTokens, string token)
    {
        foreach (var (oddId, odd) in oddTokens)
        {
            if (odd == token)
            {
                return oddId;
            }
        }

        var id = model.Find(token);
        return id >= 0 && Of(model, oddTokens, id) == token ? id : null;
    }

    /// <summary>A token of the model's vocabulary, or null. Odd tokens are those that a byte-level vocabulary does not write in the byte alphabet.</summary>
    public static string? Of(BpeModel model, IReadOnlyDictionary<int, string> oddTokens, int id)
    {
        if (oddTokens.TryGetValue(id, out var odd))
        {
            return odd;
        }

        if (!model.Vocabulary.Has(id))
        {
            return null;
        }

        var bytes = model.Vocabulary.Bytes(id);
        return model.Options.ByteLevel ? ByteAlphabet.Write(bytes) : Encoding.UTF8.GetString(bytes);
    }
}
