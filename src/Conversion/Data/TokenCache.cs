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
        Add(hash, Settings.ToJson(options with { DataCache = null, MemoryBytes = 0, EvalShare = options.EvalShare > 0 ? 0.5 : 0, EvalLimit = 1 }));
        Add(hash, $"{renderer.Fingerprint} {renderer.Render is null} {renderer.RenderMarked is null} {renderer.EndTokenId} {renderer.MaskTokenId}");
        Add(hash, $"{typeof(TokenCache).Module.ModuleVersionId} {typeof(Tokenizer).Module.ModuleVersionId}");
        foreach (var file in files)
        {
            Add(hash, $"{file.Source} {file.IsText}");
            using var stream = RecordCutter.OpenFile(file.Path);
            hash.AppendData(HashOf(stream, stream.Length, cancellationToken));
        }

        return Path.Combine(Path.GetFullPath(options.DataCache), Convert.ToHexStringLower(hash.GetHashAndReset()) + ".tokens");
    }

    /// <summary>SHA-256 of the next bytes of a file.</summary>
    public static byte[] HashOf(Stream stream, long bytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        for (var read = 1; bytes > 0 && read > 0; bytes -= read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, bytes));
            hash.AppendData(buffer, 0, read);
        }

        return hash.GetHashAndReset();
    }

    private static void Add(IncrementalHash hash, string text) => hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
