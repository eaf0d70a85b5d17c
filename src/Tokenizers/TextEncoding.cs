using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers;

/// <summary>A text as tokens.</summary>
public sealed class TextEncoding
{
    private readonly string _text;
    private readonly Tokenizer _tokenizer;
    private readonly Lazy<IReadOnlyList<TokenOffset>> _offsets;
    private readonly Lazy<IReadOnlyList<string>> _tokens;

    internal TextEncoding(Tokenizer tokenizer, string text, IReadOnlyList<int> ids, IReadOnlyList<TokenOffset> charOffsets)
    {
        (_tokenizer, _text, Ids, CharOffsets) = (tokenizer, text, ids, charOffsets);
        _offsets = new(CodePointOffsets);
        _tokens = new(() => [.. Ids.Select(id => _tokenizer.IdToToken(id) ?? "")]);
    }

    /// <summary>The token ids.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The tokens' texts as they stand in the vocabulary.</summary>
    public IReadOnlyList<string> Tokens => _tokens.Value;

    /// <summary>
    /// For each token the part of the text it stands for, counted in Unicode code points as in Python. Several tokens of one character share its
    /// range; tokens that a post-processor adds have (0, 0).
    /// </summary>
    public IReadOnlyList<TokenOffset> Offsets => _offsets.Value;

    /// <summary>The same counted in UTF-16 units: <c>text[offset.Start..offset.End]</c>.</summary>
    public IReadOnlyList<TokenOffset> CharOffsets { get; }

    private IReadOnlyList<TokenOffset> CodePointOffsets()
    {
        if (!_text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return CharOffsets;
        }

        var points = new int[_text.Length + 1];
        var count = 0;
        for (var i = 0; i < _text.Length;)
        {
            _ = CharClass.At(_text, i, out var length);
            points[i] = count;
            points[i + length - 1] = count++;
            i += length;
        }

        points[_text.Length] = count;
        return [.. CharOffsets.Select(offset => new TokenOffset(points[offset.Start], points[offset.End]))];
    }
}
