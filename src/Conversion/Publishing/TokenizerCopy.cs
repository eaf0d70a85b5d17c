using LoraDiff.Conversion.Export;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Publishing;

/// <summary>The base model's tokenizer beside the adapter, with the mask token in it, so that both are loaded from one place.</summary>
internal static class TokenizerCopy
{
    private const string DefaultMask = "<|mask|>";

    /// <summary>Files that make up a tokenizer, of which a checkpoint has some.</summary>
    public static IReadOnlyList<string> Files { get; } =
        ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model", "chat_template.jinja", "chat_template.json"];

    /// <summary>Copies the files of a checkpoint and adds the mask token where its id has none.</summary>
    /// <returns>What the mask token is called.</returns>
    public static string Write(string checkpoint, string target, int maskTokenId)
    {
        foreach (var name in Files.Where(name => File.Exists(Path.Combine(checkpoint, name))))
        {
            var copy = Path.Combine(target, name);
            File.Copy(Path.Combine(checkpoint, name), copy, overwrite: true);
            File.SetAttributes(copy, FileAttributes.Normal);
        }

        var tokenizer = Tokenizer.FromFolder(target);
        var mask = tokenizer.IdToToken(maskTokenId) ?? DefaultMask;
        if (tokenizer.TokenToId(mask) is { } taken && taken != maskTokenId)
        {
            throw new PublishingException($"The mask token has id {maskTokenId}, which the tokenizer in {checkpoint} does not name; it calls {taken} '{mask}'. Is the adapter of another model?");
        }

        TokenizerFiles.AddMask(target, checkpoint, tokenizer, new MaskTokenPlan(maskTokenId, mask, maskTokenId, maskTokenId + 1));
        return mask;
    }
}
