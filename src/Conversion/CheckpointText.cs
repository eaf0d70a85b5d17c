using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Conversion.Data;
using LoraDiff.Conversion.Models;
using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion;

/// <summary>A checkpoint's text side: tokenizer, chat template, and the tokens that end and fill up answers. No weight is read.</summary>
public sealed class CheckpointText
{
    private readonly ChatTemplate? _template;
    private readonly Lazy<string> _fingerprint;

    internal CheckpointText(CheckpointFolder checkpoint, Tokenizer tokenizer)
    {
        (Checkpoint, Tokenizer) = (checkpoint, tokenizer);
        _template = checkpoint.ChatTemplate is null ? null : ChatTemplate.FromFolder(checkpoint.Folder);
        var generation = checkpoint.Generation;
        StopTokenIds = generation.EosTokenIds;
        PadTokenId = generation.PadTokenId ?? (StopTokenIds.Count > 0 ? StopTokenIds[^1] : 0);
        _fingerprint = new Lazy<string>(Fingerprint);
    }

    /// <summary>The files.</summary>
    public CheckpointFolder Checkpoint { get; }

    /// <summary>The tokenizer.</summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlyList<int> StopTokenIds { get; }

    /// <summary>The token that fills up a last block: the checkpoint's padding token, else its last end token.</summary>
    public int PadTokenId { get; }

    /// <summary>Whether there is a chat template.</summary>
    public bool HasTemplate => _template is not null;

    /// <summary>Opens a checkpoint's text files.</summary>
    /// <param name="folder">Folder with <c>config.json</c> and <c>tokenizer.json</c>.</param>
    /// <param name="options">Which unknown configuration keys to tolerate, or null.</param>
    /// <exception cref="CheckpointException">The checkpoint cannot be used; the message says why.</exception>
    public static CheckpointText Open(string folder, ModelLoadOptions? options = null) => new(CheckpointFolder.Open(folder, options), Tokenizer.FromFolder(folder));

    /// <summary>How training data becomes text.</summary>
    /// <param name="maskTokenId">The mask token, which no text may contain; null chooses the one that a conversion of this checkpoint chooses.</param>
    /// <exception cref="RecipeException">There is no token to choose.</exception>
    public ConversationRenderer Renderer(int? maskTokenId = null)
        => new(_template is null ? null : Render, StopTokenIds.Count > 0 ? StopTokenIds[0] : null, maskTokenId ?? MaskToken.Choose(Tokenizer, Checkpoint.Config.VocabularySize))
        {
            RenderWithTools = _template is null ? null : RenderWithTools,
            RenderMarked = _template is { HasGenerationBlocks: true } ? RenderMarked : null,
            Fingerprint = _fingerprint.Value,
        };

    internal string Render(IReadOnlyList<DataTurn> turns, bool addGenerationPrompt) => _template!.Render(Messages(turns), addGenerationPrompt);

    private string RenderWithTools(IReadOnlyList<DataTurn> turns, JsonElement tools, bool addGenerationPrompt) => _template!.Render(Messages(turns), addGenerationPrompt, Variables(tools));

    private RenderedChat RenderMarked(IReadOnlyList<DataTurn> turns, JsonElement? tools, AssistantTurns which)
        => _template!.RenderWithMask(Messages(turns), which, tools is { } given ? Variables(given) : null);

    private static Dictionary<string, object?> Variables(JsonElement tools) => new() { ["tools"] = tools };

    private static ChatMessage[] Messages(IReadOnlyList<DataTurn> turns) => [.. turns.Select(turn => new ChatMessage(turn.Role, turn.Content) { Fields = turn.Fields })];

    private string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in (string?[])[Checkpoint.TokenizerPath, Path.Combine(Checkpoint.Folder, "tokenizer_config.json")])
        {
            hash.AppendData(File.Exists(path) ? SHA256.HashData(File.ReadAllBytes(path)) : []);
        }

        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(Checkpoint.ChatTemplate ?? "")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
