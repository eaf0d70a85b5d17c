namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>ByteLevel's <c>add_prefix_space</c>: a piece that does not begin with a space is given one.</summary>
internal sealed class PrefixSpace : PreTokenizer
{
    public override void Cut(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end)
    {
        if (start == end || text[start] == ' ')
        {
            Pass(job, view, text, start, end);
            return;
        }

        var rewriter = new TextRewriter(view, job.Tracked);
        rewriter.Insert(start, " ");
        rewriter.Keep(start, end - start);
        Pass(job, rewriter.ToView());
    }
}
