namespace LoraDiff.Tokenizers.Normalizers;

/// <summary>Puts text before a text that is not empty.</summary>
internal sealed class Prepend(string prefix) : Normalizer
{
    public override TextView Normalize(TextView view, bool tracked)
    {
        if (view.Length == 0)
        {
            return view;
        }

        var rewriter = new TextRewriter(view, tracked);
        rewriter.Insert(0, prefix);
        rewriter.Keep(0, view.Length);
        return rewriter.ToView();
    }
}
