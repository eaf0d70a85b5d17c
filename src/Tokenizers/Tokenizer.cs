using System.Buffers;
using LoraDiff.Tokenizers.AddedTokens;
using LoraDiff.Tokenizers.Decoders;
using LoraDiff.Tokenizers.Files;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers;

/// <summary>A Hugging Face tokenizer: text to token ids and back. Immutable and thread-safe.</summary>
public sealed class Tokenizer
{
    private readonly TokenizerParts _parts;
    private readonly AddedTokenMatcher _rawTokens;
    private readonly AddedTokenMatcher _normalizedTokens;
    private readonly Dictionary<string, int> _addedIds = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _addedTexts = [];
    private readonly Dictionary<int, byte[]> _addedBytes = [];
    private readonly Dictionary<string, int> _oddIds = new(StringComparer.Ordinal);
    private readonly HashSet<int> _special = [];

    private Tokenizer(TokenizerParts parts)
    {
        _parts = parts;
        foreach (var token in parts.AddedTokens)
        {
            _addedIds[token.Content] = token.Id;

            // As in the Rust library, a token that is looked for in normalized text is also shown in it.
            var text = token.Normalized ? parts.Normalizer?.Normalize(token.Content) ?? token.Content : token.Content;
            _addedTexts[token.Id] = text;
            _addedBytes[token.Id] = ByteAlphabet.Decode(text);
        }

        foreach (var (id, text) in parts.OddTokens)
        {
            _oddIds[text] = id;
        }

        var special = parts.AddedTokens.Where(token => token.Special).Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        _special = [.. parts.AddedTokens.Where(token => special.Contains(token.Content)).Select(token => token.Id)];
        _rawTokens = new AddedTokenMatcher(parts.AddedTokens.Where(token => !token.Normalized).Select(token => (token.Content, token)));
        _normalizedTokens = new AddedTokenMatcher(parts.AddedTokens.Where(token => token.Normalized).Select(token => (_addedTexts[token.Id], token)));
        VocabularySize = parts.Model.Vocabulary.Count + parts.OddTokens.Count + _addedTexts.Keys.Count(id => !parts.Model.Vocabulary.Has(id));
    }

    /// <summary>The number of tokens, added tokens included. A model's embedding may have more rows.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens that are found in text before the model sees it, in the file's order.</summary>
    public IReadOnlyList<AddedToken> AddedTokens => _parts.AddedTokens;

    internal IReadOnlyList<Decoder> Decoders => _parts.Decoders;

    /// <summary>Reads a tokenizer.json.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TokenizerException">The file is not a tokenizer.json, or is of a kind that is not supported; the message names it.</exception>
    public static Tokenizer FromFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new Tokenizer(TokenizerFile.Read(path));
    }

    /// <summary>Reads the tokenizer.json of a checkpoint's folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="TokenizerException">There is no tokenizer.json, or it cannot be used.</exception>
    public static Tokenizer FromFolder(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var path = Path.Combine(folder, "tokenizer.json");
        return File.Exists(path)
            ? FromFile(path)
            : throw new TokenizerException($"There is no tokenizer.json in '{folder}'. Models that have only vocab.json and merges.txt or tokenizer.model must be converted first.");
    }

    /// <summary>Reads a tokenizer.json that is already in memory.</summary>
    /// <param name="json">The file's UTF-8 bytes.</param>
    /// <exception cref="TokenizerException">As for <see cref="FromFile"/>.</exception>
    public static Tokenizer FromJson(ReadOnlySpan<byte> json) => new(TokenizerFile.Read(json, "tokenizer.json"));

    /// <summary>The token ids of a text.</summary>
    /// <param name="text">The text. A lone surrogate counts as U+FFFD.</param>
    /// <param name="addSpecialTokens">Whether to add what the post-processor puts around a text, such as a beginning-of-text token. Default false.</param>
    public IReadOnlyList<int> EncodeToIds(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Run(text, addSpecialTokens, tracked: false).Ids;
    }

    /// <summary>The token ids of a text, and which part of the text each stands for. Slower than <see cref="EncodeToIds"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">As for <see cref="EncodeToIds"/>.</param>
    public TextEncoding Encode(string text, bool addSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var job = Run(text, addSpecialTokens, tracked: true);
        return new TextEncoding(this, text, job.Ids, job.Offsets);
    }

    /// <summary>The tokens of a text with their texts and places, in the shape of Microsoft.ML.Tokenizers.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">As for <see cref="EncodeToIds"/>.</param>
    public IReadOnlyList<EncodedToken> EncodeToTokens(string text, bool addSpecialTokens = false)
    {
        var encoding = Encode(text, addSpecialTokens);
        return [.. encoding.Ids.Select((id, i) => new EncodedToken(id, encoding.Tokens[i], encoding.CharOffsets[i].Start..encoding.CharOffsets[i].End))];
    }

    /// <summary>How much of a text fits into so many tokens: the position after the last of them, in UTF-16 units.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxTokenCount">The largest number of tokens, at least 0.</param>
    /// <param name="tokenCount">The number of tokens up to there.</param>
    public int GetIndexByTokenCount(string text, int maxTokenCount, out int tokenCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTokenCount);
        var offsets = Encode(text).CharOffsets;
        tokenCount = Math.Min(maxTokenCount, offsets.Count);

        // Tokens that share a character stay together.
        while (tokenCount > 0 && tokenCount < offsets.Count && offsets[tokenCount].Start < offsets[tokenCount - 1].End)
        {
            tokenCount--;
        }

        return tokenCount == offsets.Count ? text.Length : tokenCount == 0 ? 0 : offsets[tokenCount - 1].End;
    }

    /// <summary>The token ids of several texts, on all cores.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="addSpecialTokens">As for <see cref="EncodeToIds"/>.</param>
    /// <param name="cancellationToken">Stops between texts.</param>
    public IReadOnlyList<IReadOnlyList<int>> EncodeBatch(IReadOnlyList<string> texts, bool addSpecialTokens = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var result = new IReadOnlyList<int>[texts.Count];
        Parallel.For(0, texts.Count, new ParallelOptions { CancellationToken = cancellationToken }, i => result[i] = EncodeToIds(texts[i], addSpecialTokens));
        return result;
    }

    /// <summary>How many tokens a text has.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">As for <see cref="EncodeToIds"/>.</param>
    public int CountTokens(string text, bool addSpecialTokens = false) => EncodeToIds(text, addSpecialTokens).Count;

    /// <summary>The text of token ids. Bytes that are not UTF-8 become U+FFFD; ids without a token are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Whether to leave special tokens out. Default false.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (_parts.Decoders is [ByteLevelDecoder])
        {
            return DecodeBytes(ids, skipSpecialTokens);
        }

        var tokens = new List<string>();
        foreach (var id in ids)
        {
            if (!(skipSpecialTokens && _special.Contains(id)) && IdToToken(id) is { } token)
            {
                tokens.Add(token);
            }
        }

        if (_parts.Decoders.Count == 0)
        {
            return string.Join(' ', tokens);
        }

        foreach (var decoder in _parts.Decoders)
        {
            tokens = decoder.Decode(tokens);
        }

        return string.Concat(tokens);
    }

    /// <summary>The id of a token as it is written in the vocabulary, or null.</summary>
    /// <param name="token">The token, for example <c>&lt;|im_end|&gt;</c> or <c>Ġthe</c>.</param>
    public int? TokenToId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (_addedIds.TryGetValue(token, out var id) || _oddIds.TryGetValue(token, out id))
        {
            return id;
        }

        id = _parts.Model.Find(token);
        return id >= 0 && TokenText.Of(_parts.Model, _parts.OddTokens, id) == token ? id : null;
    }

    /// <summary>The token of an id as it is written in the vocabulary, or null.</summary>
    /// <param name="id">The id.</param>
    public string? IdToToken(int id)
        => _addedTexts.TryGetValue(id, out var added) ? added : TokenText.Of(_parts.Model, _parts.OddTokens, id);

    /// <summary>Whether an id is that of a special token.</summary>
    /// <param name="id">The id.</param>
    public bool IsSpecial(int id) => _special.Contains(id);

    /// <summary>A decoder that takes ids as they come and gives the text that is certain.</summary>
    /// <param name="skipSpecialTokens">Whether to leave special tokens out. Default false.</param>
    public StreamingDecoder CreateStreamingDecoder(bool skipSpecialTokens = false) => new(this, skipSpecialTokens);

    /// <summary>The bytes that a token stands for in a byte-level tokenizer; empty for an id without a token.</summary>
    internal ReadOnlySpan<byte> TokenBytes(int id)
        => _addedBytes.TryGetValue(id, out var added) ? added : _parts.Model.Vocabulary.Has(id) ? _parts.Model.Vocabulary.Bytes(id) : default;

    private string DecodeBytes(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        foreach (var id in ids)
        {
            if (!(skipSpecialTokens && _special.Contains(id)))
            {
                bytes.Write(TokenBytes(id));
            }
        }

        return System.Text.Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private EncodeJob Run(string text, bool addSpecialTokens, bool tracked)
    {
        var job = new EncodeJob(_parts.Model, text, tracked);
        var from = 0;
        var claimed = 0;
        while (!_rawTokens.IsEmpty && _rawTokens.TryFind(text, ref from, claimed, out var match))
        {
            EncodePlain(job, new TextView(text.AsMemory(claimed, Math.Max(match.Start - claimed, 0)), claimed));
            job.Add(match.Token.Id, new TokenOffset(match.Start, match.End));
            claimed = match.End;
        }

        EncodePlain(job, new TextView(text.AsMemory(claimed), claimed));
        _parts.PostProcessor?.Process(job, addSpecialTokens);
        return job;
    }

    private void EncodePlain(EncodeJob job, TextView view)
    {
        if (view.Length == 0)
        {
            return;
        }

        view = _parts.Normalizer?.Normalize(view, job.Tracked) ?? view;
        var text = view.Chars.Span;
        var from = 0;
        var claimed = 0;
        while (!_normalizedTokens.IsEmpty && _normalizedTokens.TryFind(text, ref from, claimed, out var match))
        {
            CutWords(job, view, claimed, match.Start);
            job.Add(match.Token.Id, new TokenOffset(view.SourceStart(match.Start), view.SourceEnd(match.End - 1)));
            claimed = match.End;
        }

        CutWords(job, view, claimed, text.Length);
    }

    private void CutWords(EncodeJob job, TextView view, int start, int end)
    {
        if (start < end)
        {
            _parts.PreTokenizer.Cut(job, view, view.Chars.Span, start, end);
        }
    }
}
