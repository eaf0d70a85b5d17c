namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>SentencePiece's way with spaces: each becomes a visible character, which begins a word.</summary>
/// <param name="replacement">What stands for a space.</param>
/// <param name="scheme">Where one is put before the text: always, first (only at the very beginning) or never.</param>
/// <param name="split">Whether words are cut apart.</param>
internal sealed class Metaspace(char replacement, string scheme, bool split) : PreTokenizer
{
    public override void Cut(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end)
    {
        var rewriter = new TextRewriter(view, job.Tracked);
        var atStart = start == 0 && view.Origin == 0;
        if (start < end && text[start] is var first && first != ' ' && first != replacement && (scheme == "always" || (scheme == "first" && atStart)))
        {
            rewriter.Insert(start, [replacement]);
        }

        for (var at = start; at < end;)
        {
            if (text[at] == ' ')
            {
                rewriter.Replace(at, 1, [replacement]);
                at++;
            }
            else
            {
                var next = text[at..end].IndexOf(' ') is var space and >= 0 ? at + space : end;
                rewriter.Keep(at, next - at);
                at = next;
            }
        }

        var rewritten = rewriter.ToView();
        var words = rewritten.Chars.Span;
        if (!split)
        {
            Pass(job, rewritten);
            return;
        }

        for (var from = 0; from < words.Length;)
        {
            var next = words[(from + 1)..].IndexOf(replacement) is var mark and >= 0 ? from + 1 + mark : words.Length;
            Pass(job, rewritten, words, from, next);
            from = next;
        }
    }
}
