using System.Text;
using LoraDiff.Tokenizers.Unicode;

namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Unicode lower case, character by character.</summary>
internal sealed class Lowercase : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        var text = view.Chars.Span;
        var rewriter = new TextRewriter(view, tracked);
        Span<char> units = stackalloc char[2];
        for (var i = 0; i < text.Length;)
        {
            var cp = CharClass.At(text, i, out var length);
            if (UnicodeTables.Instance.LongCase('L', cp) is { } several)
            {
                rewriter.Replace(i, length, several);
            }
            else if (Rune.IsValid(cp) && Rune.ToLowerInvariant(new Rune(cp)) is var lower && lower.Value != cp)
            {
                rewriter.Replace(i, length, CharClass.Encode(lower.Value, units));
            }
            else
            {
                rewriter.Keep(i, length);
            }

            i += length;
        }

        return rewriter.ToView();
    }
}
