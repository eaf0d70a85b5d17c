using System.Security.Cryptography;
using System.Text;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Data;

/// <summary>Names the file in the cache that holds the tokens of these files with these settings.</summary>
internal static class TokenCache
{
    /// <summary>The file's path: a hash over what the files hold, the settings that change tokens, tokenizer and template, and the code that makes tokens of them.</summary>
    /// <returns>Null where nothing is to be kept, or the tokenizer and template are not named.</returns>
    public static string? PathFor(IReadOnlyList<InputFile> files, ConversationRenderer renderer, DataOptions options, CancellationToken cancellationToken)
    {
        if (options.DataCache is null || renderer.Fingerprint is null)
        {
            return null;
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // What does not change the tokens stays out, so that it can be changed without tokenising again.
        Add(hash, Settings.ToJson(options with { DataCache = null, MemoryBytes = 0, EvalShare = options.EvalShare > 0 ? 0.5 : 0 }));
        Add(hash, $"{renderer.Fingerprint} {renderer.Render is null} {renderer.EndTokenId} {renderer.MaskTokenId}");
        Add(hash, $"{typeof(TokenCache).Module.ModuleVersionId} {typeof(Tokenizer).Module.ModuleVersionId}");
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Add(hash, $"{file.Source} {file.IsText}");
            using var stream = RecordCutter.OpenFile(file.Path);
            hash.AppendData(SHA256.HashData(stream));
        }

        return Path.Combine(Path.GetFullPath(options.DataCache), Convert.ToHexStringLower(hash.GetHashAndReset()) + ".tokens");
    }

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
