using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Takes white space off the ends.</summary>
internal sealed class Strip(bool left, bool right) : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        var text = view.Chars.Span;
        var start = 0;
        var end = text.Length;
        while (left && start < end && CharClass.Is(text[start], CharClass.Space))
        {
            start++;
        }

        while (right && end > start && CharClass.Is(text[end - 1], CharClass.Space))
        {
            end--;
        }

        if (start == 0 && end == text.Length)
        {
            return view;
        }

        var rewriter = new TextRewriter(view, tracked);
        rewriter.Keep(start, end - start);
        return rewriter.ToView();
    }
}
