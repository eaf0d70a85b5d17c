using LoraDiff.Tokenizers;

namespace LoraDiff.Conversion.Generation;

/// <summary>The text of one row as its tokens become final: whole characters only, held back where a stop string may be beginning.</summary>
internal sealed class RowText
{
    private readonly StreamingDecoder _decoder;
    private readonly IReadOnlyList<string> _stops;
    private readonly System.Text.StringBuilder _text = new();
    private readonly List<int> _lengths = [];   // length of the text after each token
    private int _emitted;
    private int? _cut;

    public RowText(Tokenizer tokenizer, IReadOnlyList<string> stops)
        => (_decoder, _stops) = (tokenizer.CreateStreamingDecoder(skipSpecialTokens: true), stops);

    /// <summary>True once a stop string has been found; later tokens are ignored.</summary>
    public bool Stopped => _cut is not null;

    /// <summary>The text so far, cut before a stop string.</summary>
    public string Text => _text.ToString(0, _cut ?? _text.Length);

    /// <summary>Tokens that the text is made of: all, or those that begin before the cut.</summary>
    public int TokenCount => _cut is not { } cut ? _lengths.Count : cut == 0 ? 0 : 1 + _lengths.FindIndex(length => length >= cut);

    /// <summary>Adds final tokens.</summary>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if (Stopped)
            {
                return;
            }

            _text.Append(_decoder.Add(token));
            _lengths.Add(_text.Length);
            FindStop();
        }
    }

    /// <summary>Takes the text that became safe to show since the last call.</summary>
    /// <param name="finished">The row is over: nothing is held back any more.</param>
    public string Take(bool finished)
    {
        if (finished && !Stopped)
        {
            _text.Append(_decoder.Flush());
            FindStop();
        }

        var end = _cut ?? (finished ? _text.Length : _text.Length - HeldBack());
        var piece = end > _emitted ? _text.ToString(_emitted, end - _emitted) : string.Empty;
        _emitted = Math.Max(_emitted, end);
        return piece;
    }

    private void FindStop()
    {
        if (_stops.Count == 0)
        {
            return;
        }

        // A new stop string can only begin in text that has not been emitted: whatever could begin one was held back.
        var tail = _text.ToString(_emitted, _text.Length - _emitted);
        foreach (var stop in _stops)
        {
            var at = tail.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (_cut is null || _emitted + at < _cut))
            {
                _cut = _emitted + at;
            }
        }
    }

    /// <summary>Length of the longest end of the text that is the beginning of a stop string.</summary>
    private int HeldBack()
    {
        var longest = 0;
        foreach (var stop in _stops)
        {
            for (var length = Math.Min(stop.Length - 1, _text.Length - _emitted); length > longest; length--)
            {
                var begins = true;
                for (var i = 0; i < length && begins; i++)
                {
                    begins = _text[_text.Length - length + i] == stop[i];
                }

                if (begins)
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
