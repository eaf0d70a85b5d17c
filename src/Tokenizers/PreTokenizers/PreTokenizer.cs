namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>A stage that cuts text into pieces and hands each to the next stage; the last stage hands words to the model. Immutable once linked.</summary>
internal abstract class PreTokenizer
{
    private PreTokenizer? _next;

    /// <summary>Cuts <paramref name="text"/>[start..end], which is the current text of <paramref name="view"/>.</summary>
    public abstract void Cut(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end);

    /// <summary>Chains stages and returns the first.</summary>
    public static PreTokenizer Link(IReadOnlyList<PreTokenizer> stages)
    {
        for (var i = 0; i + 1 < stages.Count; i++)
        {
            stages[i]._next = stages[i + 1];
        }

        return stages.Count > 0 ? stages[0] : new WholeText();
    }

    /// <summary>Hands a piece on.</summary>
    protected void Pass(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end)
    {
        if (_next is not null)
        {
            _next.Cut(job, view, text, start, end);
        }
        else
        {
            job.Encode(view, text, start, end);
        }
    }

    /// <summary>Hands rewritten text on as one piece.</summary>
    protected void Pass(EncodeJob job, TextView view) => Pass(job, view, view.Chars.Span, 0, view.Length);
}
