using System.Text;
using LoraDiff.Tokenizers.Decoders;

namespace LoraDiff.Tokenizers;

/// <summary>
/// Decodes ids one by one. It never gives out half a character: bytes that may still become one are held back. For tokenizers of the byte-level kind all
/// that it gives out, joined, is what <see cref="Tokenizer.Decode"/> gives for all the ids. Not thread-safe: one for each stream.
/// </summary>
public sealed class StreamingDecoder
{
    // Enough context for decoders that look at a token's neighbours.
    private const int ContextTokens = 6;

    private readonly Tokenizer _tokenizer;
    private readonly bool _skipSpecialTokens;
    private readonly bool _byteLevel;
    private readonly System.Text.Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly List<int> _recent = [];
    private int _emitted;

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        (_tokenizer, _skipSpecialTokens) = (tokenizer, skipSpecialTokens);
        _byteLevel = tokenizer.Decoders is [ByteLevelDecoder];
    }

    /// <summary>Takes the next id.</summary>
    /// <param name="id">The id; one without a token adds nothing.</param>
    /// <returns>The text that has become certain; often empty.</returns>
    public string Add(int id)
    {
        if (_skipSpecialTokens && _tokenizer.IsSpecial(id))
        {
            return "";
        }

        return _byteLevel ? Convert(_tokenizer.TokenBytes(id), flush: false) : _tokenizer.IdToToken(id) is null ? "" : AddToWindow(id);
    }

    /// <summary>Ends the stream.</summary>
    /// <returns>What was held back; unfinished characters become U+FFFD.</returns>
    public string Flush()
    {
        if (_byteLevel)
        {
            return Convert([], flush: true);
        }

        var rest = Window()[_emitted..];
        _recent.Clear();
        _emitted = 0;
        return rest;
    }

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> chars = stackalloc char[128];
        chars = bytes.Length + 4 <= chars.Length ? chars : new char[bytes.Length + 4];
        return new string(chars[.._utf8.GetChars(bytes, chars, flush)]);
    }

    // The window is decoded as a whole; its tail is text only when it does not end in the middle of a character.
    private string AddToWindow(int id)
    {
        _recent.Add(id);
        var text = Window();
        if (text.Length <= _emitted || text.EndsWith('\uFFFD'))
        {
            return "";
        }

        var news = text[_emitted..];
        _emitted = text.Length;
        if (_recent.Count > 2 * ContextTokens && CutAt() is var cut and > 0)
        {
            _recent.RemoveRange(0, cut);
            _emitted = Window().Length;
        }

        return news;
    }

    // A window must not begin in the middle of a character's byte tokens.
    private int CutAt()
    {
        var cut = _recent.Count - ContextTokens;
        while (cut > 0 && ByteFallbackDecoder.TryReadByte(_tokenizer.IdToToken(_recent[cut]) ?? "", out _))
        {
            cut--;
        }

        return cut;
    }

    private string Window() => _tokenizer.Decode(_recent);
}
