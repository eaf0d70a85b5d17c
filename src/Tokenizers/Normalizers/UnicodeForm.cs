using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>NFC, NFD, NFKC and NFKD.</summary>
internal sealed class UnicodeForm(NormalizationKind kind) : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        var text = view.Chars.Span;
        var at = UnicodeNormalizer.FirstUnsafe(text, 0, kind);
        if (at < 0)
        {
            return view;
        }

        var rewriter = new TextRewriter(view, tracked);
        var copied = 0;
        while (at >= 0)
        {
            var start = at;
            if (start > copied)
            {
                _ = CharClass.Before(text, start, out var length);
                start -= length;
            }

            var end = UnicodeNormalizer.UnsafeEnd(text, at, kind);
            rewriter.Keep(copied, start - copied);
            var normalized = string.Concat(UnicodeNormalizer.Stretch(text[start..end], kind).Select(CharClass.ToText));
            if (!text[start..end].SequenceEqual(normalized))
            {
                rewriter.Replace(start, end - start, normalized);
                copied = end;
            }
            else
            {
                copied = start;
            }

            at = UnicodeNormalizer.FirstUnsafe(text, end, kind);
        }

        rewriter.Keep(copied, text.Length - copied);
        return rewriter.ToView();
    }
}
