using LoraDiff.Tokenizers.PreTokenizers;

namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Puts other text in the place of every match of a pattern.</summary>
internal sealed class Replace(Splitter pattern, string content) : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        var text = view.Chars.Span;
        TextRewriter? rewriter = null;
        for (var at = 0; at < text.Length;)
        {
            var next = pattern.Next(text, at, out var matched);
            if (matched && rewriter is null)
            {
                rewriter = new TextRewriter(view, tracked);
                rewriter.Keep(0, at);
            }

            if (matched)
            {
                rewriter!.Replace(at, next - at, content);
            }
            else
            {
                rewriter?.Keep(at, next - at);
            }

            at = next;
        }

        return rewriter?.ToView() ?? view;
    }
}
