using System.Buffers;
using System.Text;
using LoraDiff.Tokenizers.Decoders;

namespace LoraDiff.Tokenizers;

/// <summary>
/// Decodes ids one by one. It never gives out half a character: bytes that may still become one are held back. For tokenizers of the byte-level kind all
/// that it gives out, joined, is what <see cref="Tokenizer.Decode"/> gives for all the ids. Of the kind that falls back to bytes so it is for valid text; in a run of bytes that
/// turns out not to be UTF-8 what was given out before stays as it is. A token costs the same, however long the stream is. Not thread-safe: one for each stream.
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
    private readonly bool _byteFallback;
    private readonly byte[] _partial = new byte[4];
    private int _emitted;
    private int _pending;   // byte tokens of an unfinished character
    private bool _inRun, _broken;   // the last token is a byte; the bytes since the last other token are not UTF-8

    internal StreamingDecoder(Tokenizer tokenizer, bool skipSpecialTokens)
    {
        (_tokenizer, _skipSpecialTokens) = (tokenizer, skipSpecialTokens);
        _byteLevel = tokenizer.Decoders is [ByteLevelDecoder];
        _byteFallback = tokenizer.Decoders.Any(decoder => decoder is ByteFallbackDecoder);
    }

    /// <summary>Tokens that were decoded so far, each as often as it was: what the stream costs.</summary>
    internal long DecodedTokens { get; private set; }

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

        var rest = _pending > 0 ? new string('\uFFFD', _pending) : Window() is var text && text.Length > _emitted ? text[_emitted..] : "";
        _recent.Clear();
        (_emitted, _pending, _inRun, _broken) = (0, 0, false, false);
        return rest;
    }

    private string Convert(ReadOnlySpan<byte> bytes, bool flush)
    {
        Span<char> chars = stackalloc char[128];
        chars = bytes.Length + 4 <= chars.Length ? chars : new char[bytes.Length + 4];
        return new string(chars[.._utf8.GetChars(bytes, chars, flush)]);
    }

    private string AddToWindow(int id)
    {
        if (!IsByte(id, out var value))
        {
            var lost = EndRun();
            _recent.Add(id);
            return lost + News();
        }

        _inRun = true;
        _recent.Add(id);
        _pending++;
        if (_broken)
        {
            // As in decoding the whole: in a run that is not UTF-8 every byte becomes a replacement character.
            return Replace();
        }

        _partial[_pending - 1] = value;
        return Rune.DecodeFromUtf8(_partial.AsSpan(0, _pending), out _, out _) switch
        {
            OperationStatus.Done => Complete(),
            OperationStatus.NeedMoreData => "",
            _ => Break(),
        };
    }

    private string Complete()
    {
        _pending = 0;
        return News();
    }

    private string Break()
    {
        _broken = true;
        return Replace();
    }

    // Of bytes that will not become a character, one replacement character for each.
    private string Replace()
    {
        var text = new string('\uFFFD', _pending);
        _pending = 0;
        Shorten();
        _emitted = Window().Length;
        return text;
    }

    // What is held back of a run of bytes that ends here.
    private string EndRun()
    {
        var lost = _pending > 0 ? Replace() : "";
        _inRun = _broken = false;
        return lost;
    }

    // The window is decoded as a whole. Of a decoder that reads several tokens as bytes, a replacement character at its end may still become another one.
    private string News()
    {
        var text = Window();
        var certain = text.Length - (!_inRun && text.EndsWith('\uFFFD') ? 1 : 0);
        var news = certain > _emitted ? text[_emitted..certain] : "";
        _emitted = Math.Max(certain, _emitted);
        var open = text.Length - _emitted;
        if (Shorten())
        {
            _emitted = Window().Length - open;
        }

        return news;
    }

    // Forgets what no decoder looks back to. A window does not begin within a character's byte tokens, but may begin within a run of them: so a run of any length costs the same a token.
    private bool Shorten()
    {
        if (_recent.Count <= 2 * ContextTokens)
        {
            return false;
        }

        var cut = _recent.Count - ContextTokens;
        while (!_broken && cut > 0 && IsByte(_recent[cut], out var value) && (value & 0xC0) == 0x80)
        {
            cut--;
        }

        _recent.RemoveRange(0, cut);
        return cut > 0;
    }

    private bool IsByte(int id, out byte value)
    {
        value = 0;
        return _byteFallback && ByteFallbackDecoder.TryReadByte(_tokenizer.IdToToken(id) ?? "", out value);
    }

    private string Window()
    {
        DecodedTokens += _recent.Count;
        return _tokenizer.Decode(_recent);
    }
}
