using System.Text;
using LoraDiff.Tokenizers.Models;

namespace LoraDiff.Tokenizers;

/// <summary>One text being encoded: where ids and, when asked for, offsets collect.</summary>
internal sealed class EncodeJob(BpeModel model, string source, bool tracked)
{
    private readonly List<int> _ends = [];
    private byte[] _bytes = new byte[256];
    private int[] _charStarts = [];

    /// <summary>The text that is encoded.</summary>
    public string Source => source;

    public List<int> Ids { get; } = [];

    /// <summary>Offsets in UTF-16 units of the source; empty unless <see cref="Tracked"/>.</summary>
    public List<TokenOffset> Offsets { get; } = [];

    /// <summary>Whether offsets are wanted.</summary>
    public bool Tracked => tracked;

    /// <summary>Adds a token that the model has no part in.</summary>
    public void Add(int id, TokenOffset offset)
    {
        Ids.Add(id);
        if (tracked)
        {
            Offsets.Add(offset);
        }
    }

    /// <summary>Hands one word to the model.</summary>
    public void Encode(TextView view, ReadOnlySpan<char> text, int start, int end)
    {
        var word = text[start..end];
        if (_bytes.Length < word.Length * 3)
        {
            _bytes = new byte[word.Length * 3];
        }

        var length = ToUtf8(word);
        if (!tracked)
        {
            model.AppendIds(_bytes.AsSpan(0, length), Ids);
            return;
        }

        _ends.Clear();
        model.AppendTokens(_bytes.AsSpan(0, length), Ids, _ends);
        if (length == word.Length)
        {
            AddAscii(view, start, length);
            return;
        }

        MapBytes(word, length);
        var from = 0;
        foreach (var to in _ends)
        {
            var first = start + _charStarts[Math.Min(from, length - 1)];
            var last = start + _charStarts[Math.Min(to, length) - 1];
            last += char.IsHighSurrogate(text[last]) && last + 1 < end && char.IsLowSurrogate(text[last + 1]) ? 1 : 0;
            Offsets.Add(new TokenOffset(view.SourceStart(first), view.SourceEnd(last)));
            from = to;
        }
    }

    // Where each character is one byte.
    private void AddAscii(TextView view, int start, int length)
    {
        var from = 0;
        foreach (var to in _ends)
        {
            Offsets.Add(new TokenOffset(view.SourceStart(start + Math.Min(from, length - 1)), view.SourceEnd(start + Math.Min(to, length) - 1)));
            from = to;
        }
    }

    private int ToUtf8(ReadOnlySpan<char> word)
    {
        var bytes = _bytes;
        for (var i = 0; i < word.Length; i++)
        {
            var c = word[i];
            if (c >= 0x80)
            {
                return i + Encoding.UTF8.GetBytes(word[i..], bytes.AsSpan(i));
            }

            bytes[i] = (byte)c;
        }

        return word.Length;
    }

    // For each byte the character that it is part of.
    private void MapBytes(ReadOnlySpan<char> word, int length)
    {
        if (_charStarts.Length < length)
        {
            _charStarts = new int[Math.Max(length, 256)];
        }

        var at = 0;
        for (var i = 0; i < word.Length;)
        {
            Rune.DecodeFromUtf16(word[i..], out var rune, out var chars);
            _charStarts.AsSpan(at, rune.Utf8SequenceLength).Fill(i);
            at += rune.Utf8SequenceLength;
            i += chars;
        }
    }
}
