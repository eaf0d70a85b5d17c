using System.Text;

namespace LoraDiff.Tokenizers;

/// <summary>Builds a rewritten <see cref="TextView"/> out of kept, replaced and inserted parts, keeping track of where each character came from.</summary>
internal sealed class TextRewriter(TextView source, bool tracked)
{
    private readonly StringBuilder _text = new(source.Length + 16);
    private readonly List<int>? _starts = tracked ? new List<int>(source.Length + 16) : null;
    private readonly List<int>? _ends = tracked ? new List<int>(source.Length + 16) : null;
    private int _origin = -1;

    /// <summary>Copies part of the source text.</summary>
    public void Keep(int start, int length)
    {
        if (length == 0)
        {
            return;
        }

        Begin(start);
        _text.Append(source.Chars.Span.Slice(start, length));
        if (tracked)
        {
            for (var i = start; i < start + length; i++)
            {
                _starts!.Add(source.SourceStart(i));
                _ends!.Add(source.SourceEnd(i));
            }
        }
    }

    /// <summary>Puts text in the place of part of the source text; every new character stands for that whole part.</summary>
    public void Replace(int start, int length, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        Begin(start);
        _text.Append(text);
        Track(source.SourceStart(start), source.SourceEnd(start + length - 1), text.Length);
    }

    /// <summary>Adds text before position <paramref name="at"/>; it shares the range of the character there.</summary>
    public void Insert(int at, ReadOnlySpan<char> text)
    {
        Begin(at);
        _text.Append(text);
        Track(source.SourceStart(at), source.SourceEnd(at), text.Length);
    }

    public TextView ToView()
        => new(_text.ToString().AsMemory(), _origin < 0 ? source.Origin : _origin, _starts?.ToArray(), _ends?.ToArray());

    private void Begin(int start)
    {
        if (_origin < 0)
        {
            _origin = start < source.Length ? source.SourceStart(start) : source.Origin;
        }
    }

    private void Track(int start, int end, int count)
    {
        for (var i = 0; tracked && i < count; i++)
        {
            _starts!.Add(start);
            _ends!.Add(end);
        }
    }
}
