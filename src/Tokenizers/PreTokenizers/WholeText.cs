namespace LoraDiff.Tokenizers.PreTokenizers;

/// <summary>No cutting: the whole text is one word.</summary>
internal sealed class WholeText : PreTokenizer
{
    public override void Cut(EncodeJob job, TextView view, ReadOnlySpan<char> text, int start, int end) => Pass(job, view, text, start, end);
}
