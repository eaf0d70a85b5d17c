using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Leaves out every combining mark.</summary>
internal sealed class StripAccents : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        var text = view.Chars.Span;
        var rewriter = new TextRewriter(view, tracked);
        for (var i = 0; i < text.Length;)
        {
            var cp = CharClass.At(text, i, out var length);
            if (!CharClass.Is(cp, CharClass.Mark))
            {
                rewriter.Keep(i, length);
            }

            i += length;
        }

        return rewriter.ToView();
    }
}
